package io.quorate.raft;

import static java.util.Objects.requireNonNull;

import io.quorate.raft.quorum.NodeIds;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a server runs.
 *
 * <p>Memory: {@code inboxBytesMax} and {@code proposalBytesMax} for each group, at most, besides
 * what the log's cache and buffers, the transport, the replicas' own limits, and the state machines
 * take.
 *
 * @param node which node this is; not 0; the same after each restart
 * @param directory where all is kept; made if it is missing
 * @param tickInterval how often timers are looked at; default 10 ms, 1 ms or more. No timer is more
 *     exact than that
 * @param inboxBytesMax how many bytes of messages from other nodes may wait for a group before the
 *     transport reads no more; default 64 MiB
 * @param proposalBytesMax how many bytes of proposals may wait for a group before further ones are
 *     refused; default 16 MiB
 * @param forwarding whether proposals made at a follower are sent on to the leader; default true.
 *     False: they are refused, with the leader's name
 * @param handoverPatience how long {@link RaftServer#close} waits for other nodes to take over what
 *     this one leads; default 3 s, 0 or more
 */
public record ServerConfig(
    long node,
    Path directory,
    Duration tickInterval,
    long inboxBytesMax,
    long proposalBytesMax,
    boolean forwarding,
    Duration handoverPatience) {
  public ServerConfig {
    NodeIds.requireNode(node);
    requireNonNull(directory, "directory");
    requireNonNull(tickInterval, "tickInterval");
    requireNonNull(handoverPatience, "handoverPatience");
    if (tickInterval.compareTo(Duration.ofMillis(1)) < 0) {
      throw new IllegalArgumentException("tickInterval: " + tickInterval + " (expected: >= 1 ms)");
    }
    if (handoverPatience.isNegative()) {
      throw new IllegalArgumentException(
          "handoverPatience: " + handoverPatience + " (expected: >= 0)");
    }
    requirePositive("inboxBytesMax", inboxBytesMax);
    requirePositive("proposalBytesMax", proposalBytesMax);
  }

  private static void requirePositive(String field, long value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s: %d (expected: >= 1)".formatted(field, value));
    }
  }

  /** The defaults. */
  public static ServerConfig of(long node, Path directory) {
    return new ServerConfig(
        node, directory, Duration.ofMillis(10), 64 << 20, 16 << 20, true, Duration.ofSeconds(3));
  }

  /** The same with another {@link #tickInterval}. */
  public ServerConfig tickInterval(Duration interval) {
    return new ServerConfig(
        node, directory, interval, inboxBytesMax, proposalBytesMax, forwarding, handoverPatience);
  }

  /** The same with another {@link #forwarding}. */
  public ServerConfig forwarding(boolean forward) {
    return new ServerConfig(
        node, directory, tickInterval, inboxBytesMax, proposalBytesMax, forward, handoverPatience);
  }

  /** The same with another {@link #handoverPatience}. */
  public ServerConfig handoverPatience(Duration patience) {
    return new ServerConfig(
        node, directory, tickInterval, inboxBytesMax, proposalBytesMax, forwarding, patience);
  }

  /** The same with other limits of what waits, in bytes. */
  public ServerConfig limits(long inboxBytes, long proposalBytes) {
    return new ServerConfig(
        node, directory, tickInterval, inboxBytes, proposalBytes, forwarding, handoverPatience);
  }
}
