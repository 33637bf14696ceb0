package io.quorate.raftsim.node;

/** What has happened, counted. */
public final class Counts {
  private long steps;
  private long elections;
  private long crashes;
  private long doubts;
  private long installs;
  private long changes;
  private long diskFailures;

  void step() {
    steps++;
  }

  void election() {
    elections++;
  }

  void crash() {
    crashes++;
  }

  void doubt() {
    doubts++;
  }

  void install() {
    installs++;
  }

  void change() {
    changes++;
  }

  void diskFailure() {
    diskFailures++;
  }

  /** Tasks of consensus that nodes have run. */
  public long steps() {
    return steps;
  }

  /** Elections won. */
  public long elections() {
    return elections;
  }

  /** Crashes. */
  public long crashes() {
    return crashes;
  }

  /** Starts that found entries missing. */
  public long doubts() {
    return doubts;
  }

  /** Snapshots taken from another node. */
  public long installs() {
    return installs;
  }

  /** Configurations that leaders appended. */
  public long changes() {
    return changes;
  }

  /** Failed disks. */
  public long diskFailures() {
    return diskFailures;
  }
}
