/**
 * Nodes of one process that reach each other without a socket. An {@link
 * io.quorate.raft.transport.local.LocalNetwork} makes a {@link
 * io.quorate.raft.transport.local.LocalTransport} for each of them, and can cut the links between
 * them. For embedded groups, examples and tests.
 */
@NullMarked
package io.quorate.raft.transport.local;

import org.jspecify.annotations.NullMarked;
