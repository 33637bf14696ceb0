/**
 * Consensus as a pure machine: {@link io.quorate.raft.core.RaftCore} takes an {@link
 * io.quorate.raft.core.Input} and the time, and calls {@link io.quorate.raft.core.Effects}. It has
 * no clock, thread, disk or socket, and its only randomness is handed in, so the same inputs give
 * the same effects, in production and in a simulation.
 *
 * <p>What must not leave before a write is durable is held back here, by number, until {@link
 * io.quorate.raft.core.Input.Persisted}: a runtime cannot send a vote or an acknowledgement too
 * early, because it does not have it yet.
 *
 * <p>Source: Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm" (2014);
 * Ongaro, "Consensus: Bridging Theory and Practice" (2014), whose sections are named where they
 * apply.
 */
@NullMarked
package io.quorate.raft.core;

import org.jspecify.annotations.NullMarked;
