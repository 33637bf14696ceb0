package io.quorate.raft.core;

import static java.util.Objects.requireNonNull;

import io.quorate.raft.quorum.NodeIds;
import java.time.Duration;

/**
 * How a node takes part. The times must be the same on all nodes of a group, the rest may differ.
 *
 * <p>Memory of the core: 24 bytes for each batch that is not compacted, and a few hundred for each
 * member. It holds no entry's bytes.
 *
 * @param self this node; not 0
 * @param electionTimeout how long a follower waits for its leader before it campaigns, at least;
 *     each wait is drawn from once to twice as long. Also how long a leader goes on without hearing
 *     from a quorum. Default 1 s, at least three heartbeats. Shorter: faster failover, more false
 *     alarms
 * @param heartbeatInterval how often a leader says that it leads; default 100 ms, at least 1 ms
 * @param messageBytesMax how many bytes of entries one message carries, one batch in any case;
 *     default 1 MiB, at least 1
 * @param inflightMessagesMax how many messages with entries may be under way to one follower;
 *     default 256, at least 1
 * @param inflightBytesMax how many bytes of entries may be under way to one follower, one message
 *     in any case; default 8 MiB, at least 1
 * @param uncommittedBytesMax how many bytes may wait to be agreed on, one proposal in any case;
 *     beyond that proposals are refused. Default 64 MiB, at least 1
 * @param commitNoticeDelay how long the news of an agreement may wait for entries to ride with;
 *     default 0, at once. Longer: fewer messages when little is proposed, followers apply later
 * @param leases how reads at the leader are answered; default {@link Leases#OFF}
 * @param clockDriftMax how much faster one node's clock may run than another's, as a fraction;
 *     default 0.05, 0 to 1. Only leases rely on it
 * @param priority voters of higher priority lead when they can; default 0
 * @param diskStallLimit how long a write may take before a leader hands over; default 2 s, at least
 *     one heartbeat. After twice as long it steps down
 * @param retainBytesMax how many bytes of entries that a snapshot has are kept for followers that
 *     are behind; default 256 MiB, 0 or more
 * @param readsMax how many reads may wait for an answer; default 16384, at least 1
 * @param promotionLagBytesMax how many bytes a learner that is to be a voter may be behind to
 *     become one; default 1 MiB, 0 or more
 */
public record CoreConfig(
    long self,
    Duration electionTimeout,
    Duration heartbeatInterval,
    long messageBytesMax,
    int inflightMessagesMax,
    long inflightBytesMax,
    long uncommittedBytesMax,
    Duration commitNoticeDelay,
    Leases leases,
    double clockDriftMax,
    int priority,
    Duration diskStallLimit,
    long retainBytesMax,
    int readsMax,
    long promotionLagBytesMax) {

  /** Whether a leader that has lately heard from a quorum answers reads without asking it again. */
  public enum Leases {
    /** Each read is confirmed by a quorum: correct whatever clocks do. */
    OFF,
    /**
     * For one election timeout, less the drift, after a quorum's answer, reads cost no message.
     * Correct only while clocks run within {@link CoreConfig#clockDriftMax} of each other and none
     * stands still while its node goes on. All nodes of a group must have it, or none.
     */
    ON
  }

  public CoreConfig {
    NodeIds.requireNode(self);
    requireNonNull(leases, "leases");
    requireAtLeast("heartbeatInterval", heartbeatInterval, Duration.ofNanos(1));
    requireAtLeast("electionTimeout", electionTimeout, heartbeatInterval.multipliedBy(3));
    requireAtLeast("commitNoticeDelay", commitNoticeDelay, Duration.ZERO);
    requireAtLeast("diskStallLimit", diskStallLimit, heartbeatInterval);
    requireAtLeast("messageBytesMax", messageBytesMax, 1);
    requireAtLeast("inflightMessagesMax", inflightMessagesMax, 1);
    requireAtLeast("inflightBytesMax", inflightBytesMax, 1);
    requireAtLeast("uncommittedBytesMax", uncommittedBytesMax, 1);
    requireAtLeast("retainBytesMax", retainBytesMax, 0);
    requireAtLeast("readsMax", readsMax, 1);
    requireAtLeast("promotionLagBytesMax", promotionLagBytesMax, 0);
    if (!(clockDriftMax >= 0 && clockDriftMax <= 1)) {
      throw new IllegalArgumentException("clockDriftMax: " + clockDriftMax + " (expected: 0..1)");
    }
  }

  private static void requireAtLeast(String field, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException("%s: %d (expected: >= %d)".formatted(field, value, least));
    }
  }

  private static void requireAtLeast(String field, Duration value, Duration least) {
    requireNonNull(value, field);
    if (value.compareTo(least) < 0) {
      throw new IllegalArgumentException("%s: %s (expected: >= %s)".formatted(field, value, least));
    }
  }

  /** The defaults, for one node. */
  public static CoreConfig defaults(long self) {
    return new Builder(self).build();
  }

  /** A builder that starts from the defaults. */
  public static Builder builder(long self) {
    return new Builder(self);
  }

  /** Collects what differs from the defaults. Not safe for use by several threads. */
  public static final class Builder {
    private final long self;
    private Duration electionTimeout = Duration.ofSeconds(1);
    private Duration heartbeatInterval = Duration.ofMillis(100);
    private long messageBytesMax = 1 << 20;
    private int inflightMessagesMax = 256;
    private long inflightBytesMax = 8 << 20;
    private long uncommittedBytesMax = 64 << 20;
    private Duration commitNoticeDelay = Duration.ZERO;
    private Leases leases = Leases.OFF;
    private double clockDriftMax = 0.05;
    private int priority;
    private Duration diskStallLimit = Duration.ofSeconds(2);
    private long retainBytesMax = 256 << 20;
    private int readsMax = 1 << 14;
    private long promotionLagBytesMax = 1 << 20;

    private Builder(long self) {
      this.self = self;
    }

    /** See {@link CoreConfig#electionTimeout}. */
    public Builder electionTimeout(Duration value) {
      electionTimeout = value;
      return this;
    }

    /** See {@link CoreConfig#heartbeatInterval}. */
    public Builder heartbeatInterval(Duration value) {
      heartbeatInterval = value;
      return this;
    }

    /** See {@link CoreConfig#messageBytesMax}. */
    public Builder messageBytesMax(long value) {
      messageBytesMax = value;
      return this;
    }

    /** See {@link CoreConfig#inflightMessagesMax}. */
    public Builder inflightMessagesMax(int value) {
      inflightMessagesMax = value;
      return this;
    }

    /** See {@link CoreConfig#inflightBytesMax}. */
    public Builder inflightBytesMax(long value) {
      inflightBytesMax = value;
      return this;
    }

    /** See {@link CoreConfig#uncommittedBytesMax}. */
    public Builder uncommittedBytesMax(long value) {
      uncommittedBytesMax = value;
      return this;
    }

    /** See {@link CoreConfig#commitNoticeDelay}. */
    public Builder commitNoticeDelay(Duration value) {
      commitNoticeDelay = value;
      return this;
    }

    /** See {@link CoreConfig#leases}. */
    public Builder leases(Leases value) {
      leases = value;
      return this;
    }

    /** See {@link CoreConfig#clockDriftMax}. */
    public Builder clockDriftMax(double value) {
      clockDriftMax = value;
      return this;
    }

    /** See {@link CoreConfig#priority}. */
    public Builder priority(int value) {
      priority = value;
      return this;
    }

    /** See {@link CoreConfig#diskStallLimit}. */
    public Builder diskStallLimit(Duration value) {
      diskStallLimit = value;
      return this;
    }

    /** See {@link CoreConfig#retainBytesMax}. */
    public Builder retainBytesMax(long value) {
      retainBytesMax = value;
      return this;
    }

    /** See {@link CoreConfig#readsMax}. */
    public Builder readsMax(int value) {
      readsMax = value;
      return this;
    }

    /** See {@link CoreConfig#promotionLagBytesMax}. */
    public Builder promotionLagBytesMax(long value) {
      promotionLagBytesMax = value;
      return this;
    }

    /**
     * The configuration.
     *
     * @throws IllegalArgumentException a value is out of bounds
     */
    public CoreConfig build() {
      return new CoreConfig(
          self,
          electionTimeout,
          heartbeatInterval,
          messageBytesMax,
          inflightMessagesMax,
          inflightBytesMax,
          uncommittedBytesMax,
          commitNoticeDelay,
          leases,
          clockDriftMax,
          priority,
          diskStallLimit,
          retainBytesMax,
          readsMax,
          promotionLagBytesMax);
    }
  }
}
