package io.quorate.raft.trace;

/**
 * Takes events in the order they happen. Called by the thread that steps the core; must be quick
 * and must not throw.
 */
@FunctionalInterface
public interface TraceSink {

  /** An event has happened. */
  void event(TraceEvent event);
}
