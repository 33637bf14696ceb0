/**
 * Commands that take effect once however often they are sent. {@link
 * io.quorate.raft.session.SessionMachine} wraps a state machine and remembers, as part of the
 * replicated state, what each client has had done; a {@link io.quorate.raft.session.SessionClient}
 * numbers its commands and sends them until it knows what became of them.
 */
@NullMarked
package io.quorate.raft.session;

import org.jspecify.annotations.NullMarked;
