package io.quorate.raftsim;

import io.quorate.raft.core.CoreConfig;
import io.quorate.raft.replica.ReplicaConfig;
import java.time.Duration;
import java.util.SplittableRandom;

/** The configuration of a seed's nodes: small windows and limits, so that each is hit. */
final class Shape {
  private static final double DRIFT_MAX = 0.05;

  private final SplittableRandom random;
  private final long electionNanos;
  private final long heartbeatNanos;
  private final boolean leases;
  private final boolean priorities;

  Shape(SplittableRandom random) {
    this.random = random;
    electionNanos = 30_000_000 + random.nextLong(100_000_000);
    heartbeatNanos = electionNanos / (3 + random.nextInt(8));
    leases = random.nextInt(3) == 0;
    priorities = random.nextInt(4) == 0;
  }

  long electionNanos() {
    return electionNanos;
  }

  /** How much clocks may drift: what leases allow, or anything. */
  double driftMax() {
    return leases ? DRIFT_MAX : 2;
  }

  ReplicaConfig node(long id) {
    CoreConfig core =
        CoreConfig.builder(id)
            .electionTimeout(Duration.ofNanos(electionNanos))
            .heartbeatInterval(Duration.ofNanos(heartbeatNanos))
            .messageBytesMax(100 + random.nextInt(1_000))
            .inflightMessagesMax(1 + random.nextInt(8))
            .inflightBytesMax(200 + random.nextInt(4_000))
            .uncommittedBytesMax(500 + random.nextInt(20_000))
            .commitNoticeDelay(
                Duration.ofNanos(random.nextBoolean() ? 0 : random.nextLong(heartbeatNanos)))
            .leases(leases ? CoreConfig.Leases.ON : CoreConfig.Leases.OFF)
            .clockDriftMax(DRIFT_MAX)
            .priority(priorities ? random.nextInt(3) : 0)
            .diskStallLimit(Duration.ofNanos(heartbeatNanos + random.nextLong(2 * electionNanos)))
            .retainBytesMax(random.nextInt(3) == 0 ? 0 : random.nextInt(8_000))
            .readsMax(1 + random.nextInt(64))
            .promotionLagBytesMax(random.nextInt(2_000))
            .build();
    return new ReplicaConfig(
        core,
        0,
        1 + random.nextInt(2_000),
        200 + random.nextInt(5_000),
        random.nextInt(3) == 0 ? 1 << 20 : 200 + random.nextInt(8_000),
        1 << 20);
  }
}
