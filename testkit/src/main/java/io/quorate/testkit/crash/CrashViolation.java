package io.quorate.testkit.crash;

import io.quorate.core.tx.machine.ProtocolId;

/** An invariant does not hold; says which, shows the run, and how to repeat it. */
public final class CrashViolation extends AssertionError {
  private static final long serialVersionUID = 1;

  private final String invariant;
  private final String replay;
  private final transient CrashTrace trace;

  CrashViolation(ProtocolId protocol, Violated violated, String replay, CrashTrace trace) {
    super(message(protocol, violated, replay, trace));
    this.invariant = violated.statement().id();
    this.replay = replay;
    this.trace = trace;
  }

  private static String message(
      ProtocolId protocol, Violated violated, String replay, CrashTrace trace) {
    return """
    %s
      (%s)
      %s
      of %s, trace %s:
    %s
      replay: CrashPoints.of(…).replay("%s")
    """
        .formatted(
            violated.statement(),
            violated.statement().source(),
            violated.what(),
            protocol,
            trace.hash(),
            trace,
            replay);
  }

  /** The id of the invariant; see {@link Invariants#all}. */
  public String invariant() {
    return invariant;
  }

  /** What {@link CrashPoints#replay} takes to repeat the run. */
  public String replay() {
    return replay;
  }

  /** The run. */
  public CrashTrace trace() {
    return trace;
  }
}
