package io.quorate.raftsim.disk;

/**
 * How a disk behaves.
 *
 * @param forceNanos how long a force takes, on average
 * @param slowForce how often one takes much longer, 0 to 1
 * @param slowNanos how long then, on average
 * @param failedForce how often one fails, 0 to 1
 * @param cacheMiss how often entries are not at hand, 0 to 1
 * @param failedSave how often a snapshot cannot be written, 0 to 1
 * @param full how often there seems to be no room, 0 to 1
 * @param lies whether it calls durable what is not: no protocol survives that
 */
public record DiskHabits(
    long forceNanos,
    double slowForce,
    long slowNanos,
    double failedForce,
    double cacheMiss,
    double failedSave,
    double full,
    boolean lies) {

  /** One that works. */
  public static DiskHabits calm() {
    return new DiskHabits(500_000, 0, 0, 0, 0, 0, 0, false);
  }

  /** The same, calling durable what is not. */
  public DiskHabits lying() {
    return new DiskHabits(
        forceNanos, slowForce, slowNanos, failedForce, cacheMiss, failedSave, full, true);
  }
}
