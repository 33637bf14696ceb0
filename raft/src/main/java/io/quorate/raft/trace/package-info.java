/**
 * What a core does, event by event, under the names that etcd's raft library uses, so that a run
 * can be checked against its TLA+ specification ({@code Traceetcdraft.tla}). A {@link
 * io.quorate.raft.trace.Tracer} watches a core's inputs and effects and tells a {@link
 * io.quorate.raft.trace.TraceSink}.
 */
@NullMarked
package io.quorate.raft.trace;

import org.jspecify.annotations.NullMarked;
