/**
 * How nodes reach each other. A {@link io.quorate.raft.transport.Transport} carries messages,
 * snapshots and calls for all groups of a node, and hands what comes in to a {@link
 * io.quorate.raft.transport.Receiver}; {@link io.quorate.raft.transport.Traffic} says what may wait
 * behind what.
 */
@NullMarked
package io.quorate.raft.transport;

import org.jspecify.annotations.NullMarked;
