package io.quorate.benchmarks.peers.ratis;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.TimeDuration;

/**
 * What differs from Ratis' defaults. Durability does not: its log is forced before an entry counts
 * as written ({@code unsafe-flush} and {@code async-flush} stay off; the latter, in 3.3.0, may
 * count entries as forced that were written after the force began).
 *
 * <p>The pause of up to a millisecond between two appends to a follower stays as it is: without it
 * each append carries fewer entries.
 */
final class Settings {
  /**
   * As many as can be in flight: by default a force follows every 128 entries, however many wait.
   */
  private static final int FORCE_AFTER_ENTRIES = 4096;

  private static final Duration FIRST_ELECTION_MIN = Duration.ofMillis(300);

  private Settings() {}

  static RaftProperties of(Path directory, int port, Duration electionTimeout) {
    RaftProperties properties = new RaftProperties();
    RaftServerConfigKeys.setStorageDir(properties, List.of(directory.toFile()));
    GrpcConfigKeys.Server.setPort(properties, port);

    RaftServerConfigKeys.Rpc.setTimeoutMin(properties, duration(electionTimeout));
    RaftServerConfigKeys.Rpc.setTimeoutMax(properties, duration(electionTimeout.multipliedBy(2)));
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, duration(FIRST_ELECTION_MIN));
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(
        properties, duration(FIRST_ELECTION_MIN.multipliedBy(2)));

    RaftServerConfigKeys.Log.setUnsafeFlushEnabled(properties, false);
    RaftServerConfigKeys.Log.setForceSyncNum(properties, FORCE_AFTER_ENTRIES);
    // By default each advance of the commit index is logged too, to restart faster.
    RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
    return properties;
  }

  private static TimeDuration duration(Duration duration) {
    return TimeDuration.valueOf(duration.toMillis(), TimeUnit.MILLISECONDS);
  }
}
