package io.quorate.benchmarks.forces;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The table that {@code strace -c} leaves: how often each system call was made.
 *
 * @param calls by name
 */
record StraceSummary(Map<String, Long> calls) {
  /** Calls that return once data is on disk. */
  private static final Set<String> FORCES =
      Set.of("fsync", "fdatasync", "sync_file_range", "msync");

  private static final Set<String> WRITES = Set.of("pwrite64", "pwritev", "pwritev2");

  private static final int CALLS_COLUMN = 3;
  private static final int COLUMNS_MIN = 5;

  StraceSummary {
    calls = Map.copyOf(calls);
  }

  /** The tracer, as the start of a command: counts in all threads, and stops for nothing else. */
  static List<String> command(String file) {
    return List.of(
        "strace",
        "--follow-forks",
        "--seccomp-bpf",
        "--summary-only",
        "--output=" + file,
        "--trace=fsync,fdatasync,sync_file_range,msync,pwrite64,pwritev,pwritev2");
  }

  /** Reads the table; what is not a line of figures is passed over. */
  static StraceSummary parse(List<String> lines) {
    Map<String, Long> calls = new HashMap<>();
    for (String line : lines) {
      String[] columns = line.strip().split("\\s+");
      String name = columns[columns.length - 1];
      if (columns.length >= COLUMNS_MIN
          && !name.equals("total")
          && columns[CALLS_COLUMN].chars().allMatch(Character::isDigit)) {
        calls.put(name, Long.parseLong(columns[CALLS_COLUMN]));
      }
    }
    return new StraceSummary(calls);
  }

  long forces() {
    return sum(FORCES);
  }

  long writes() {
    return sum(WRITES);
  }

  private long sum(Set<String> names) {
    return names.stream().mapToLong(name -> calls.getOrDefault(name, 0L)).sum();
  }
}
