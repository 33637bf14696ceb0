package io.quorate.benchmarks.kit;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The CPU time of processes other than this one at one moment.
 *
 * <p>The time of a descendant that ended before the second reading is lost; the connections of a
 * pool stay open over a measurement, so what is lost is maintenance work only. The resolution is
 * the kernel's clock tick, 10 ms on Linux.
 */
final class OthersCpu {
  private final Map<Long, Duration> byPid;

  private OthersCpu(Map<Long, Duration> byPid) {
    this.byPid = byPid;
  }

  /** Reads the time of a database's server now; without a database, nothing. */
  static OthersCpu of(@Nullable Database database) {
    return database == null ? read(Stream.empty()) : ofTree(database.serverPid());
  }

  private static OthersCpu ofTree(long pid) {
    return read(
        ProcessHandle.of(pid).stream()
            .flatMap(root -> Stream.concat(Stream.of(root), root.descendants())));
  }

  /** Reads the time of this process's descendants now. */
  static OthersCpu ofChildren() {
    return read(ProcessHandle.current().descendants());
  }

  private static OthersCpu read(Stream<ProcessHandle> processes) {
    Map<Long, Duration> byPid = new HashMap<>();
    processes.forEach(
        process -> {
          Optional<Duration> cpu = process.info().totalCpuDuration();
          cpu.ifPresent(duration -> byPid.put(process.pid(), duration));
        });
    return new OthersCpu(byPid);
  }

  /**
   * Nanoseconds used since an earlier reading, or {@link Sample#NOT_MEASURED} where the system does
   * not tell or there are no such processes.
   */
  long since(OthersCpu earlier) {
    if (byPid.isEmpty() || earlier.byPid.isEmpty()) {
      return Sample.NOT_MEASURED;
    }
    return byPid.entrySet().stream()
        .map(now -> now.getValue().minus(earlier.byPid.getOrDefault(now.getKey(), Duration.ZERO)))
        .reduce(Duration.ZERO, Duration::plus)
        .toNanos();
  }
}
