package io.quorate.raftsim.fault;

import io.quorate.raftsim.disk.DiskHabits;
import io.quorate.raftsim.net.NetworkHabits;
import io.quorate.raftsim.node.NodeHabits;
import java.util.SplittableRandom;

/**
 * What goes wrong in a run, and how often. Each seed draws its own: a fault is off, or its rate is
 * anything up to a bound, so that runs differ in what they are mostly about. Source: Groce et al.,
 * "Swarm Testing", ISSTA 2012.
 *
 * @param network losses and delays
 * @param disk slow, failing and full ones
 * @param node slow lanes, and crashes in the middle of a step
 * @param partitions how many a second
 * @param crashes how many a second, between steps
 * @param pauses how many a second
 * @param stalls how many a second: a disk that hangs
 * @param rot how often a start finds entries damaged, 0 to 1
 * @param churn changes of membership a second
 * @param transfers transfers of leadership a second
 * @param drift how much faster one clock may run than another, as a fraction
 */
public record Faults(
    NetworkHabits network,
    DiskHabits disk,
    NodeHabits node,
    double partitions,
    double crashes,
    double pauses,
    double stalls,
    double rot,
    double churn,
    double transfers,
    double drift) {

  /** None. */
  public static Faults none() {
    return new Faults(
        NetworkHabits.calm(), DiskHabits.calm(), NodeHabits.calm(), 0, 0, 0, 0, 0, 0, 0, 0);
  }

  /**
   * Those of a seed.
   *
   * @param random of the seed
   * @param electionNanos what is long for the group
   * @param driftMax what clocks may drift
   */
  public static Faults swarm(SplittableRandom random, long electionNanos, double driftMax) {
    NetworkHabits network =
        new NetworkHabits(
            rate(random, 0.3),
            rate(random, 1),
            rate(random, 0.2),
            50_000 + random.nextLong(electionNanos / 40),
            rate(random, 0.1),
            electionNanos,
            rate(random, 0.3));
    DiskHabits disk =
        new DiskHabits(
            50_000 + random.nextLong(electionNanos / 40),
            rate(random, 0.1),
            electionNanos / 2,
            rate(random, 0.002),
            rate(random, 0.5),
            rate(random, 0.3),
            rate(random, 0.2),
            false);
    NodeHabits node =
        new NodeHabits(
            1_000 + random.nextLong(100_000),
            1_000 + random.nextLong(random.nextInt(4) == 0 ? electionNanos / 10 : 100_000),
            1 + random.nextInt(16),
            rate(random, 0.001));
    return new Faults(
        network,
        disk,
        node,
        rate(random, 2),
        rate(random, 2),
        rate(random, 2),
        rate(random, 1),
        rate(random, 0.5),
        rate(random, 3),
        rate(random, 2),
        random.nextBoolean() ? driftMax : 0);
  }

  private static double rate(SplittableRandom random, double max) {
    double rate = random.nextDouble() * max;
    return random.nextBoolean() ? rate : 0;
  }
}
