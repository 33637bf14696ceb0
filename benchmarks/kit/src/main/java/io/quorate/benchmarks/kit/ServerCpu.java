package io.quorate.benchmarks.kit;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The CPU time of a process and its descendants at one moment.
 *
 * <p>The time of a descendant that ended before the second reading is lost; the connections of a
 * pool stay open over a measurement, so what is lost is maintenance work only. The resolution is
 * the kernel's clock tick, 10 ms on Linux.
 */
final class ServerCpu {
  private final Map<Long, Duration> byPid;

  private ServerCpu(Map<Long, Duration> byPid) {
    this.byPid = byPid;
  }

  /** Reads now; without a database, nothing. */
  static ServerCpu of(@Nullable Database database) {
    Map<Long, Duration> byPid = new HashMap<>();
    Stream.ofNullable(database)
        .flatMap(server -> ProcessHandle.of(server.serverPid()).stream())
        .flatMap(root -> Stream.concat(Stream.of(root), root.descendants()))
        .forEach(
            process -> {
              Optional<Duration> cpu = process.info().totalCpuDuration();
              cpu.ifPresent(duration -> byPid.put(process.pid(), duration));
            });
    return new ServerCpu(byPid);
  }

  /**
   * Nanoseconds used since an earlier reading, or {@link Sample#NOT_MEASURED} where the system does
   * not tell or there is no server.
   */
  long since(ServerCpu earlier) {
    if (byPid.isEmpty() || earlier.byPid.isEmpty()) {
      return Sample.NOT_MEASURED;
    }
    return byPid.entrySet().stream()
        .map(now -> now.getValue().minus(earlier.byPid.getOrDefault(now.getKey(), Duration.ZERO)))
        .reduce(Duration.ZERO, Duration::plus)
        .toNanos();
  }
}
