package io.quorate.benchmarks.kit;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;

/**
 * What one load did to one subject in one process. All times in nanoseconds.
 *
 * @param load what was put on it
 * @param operations units of work finished
 * @param elapsedNanos from the start of all callers to the end of the last
 * @param p50Nanos half of the units took at most this long
 * @param p99Nanos 99 % took at most this long
 * @param p999Nanos 99.9 % took at most this long
 * @param maxNanos none took longer
 * @param cpuNanos user and system time of the subject's process and its children
 * @param serverCpuNanos user and system time of the database server, or {@value #NOT_MEASURED}
 * @param allocatedBytes on the heap by all threads of the subject's process, or {@value
 *     #NOT_MEASURED}
 */
public record Sample(
    Load load,
    long operations,
    long elapsedNanos,
    long p50Nanos,
    long p99Nanos,
    long p999Nanos,
    long maxNanos,
    long cpuNanos,
    long serverCpuNanos,
    long allocatedBytes) {

  /** A figure that nobody took. */
  public static final long NOT_MEASURED = -1;

  private static final int FIELDS = 10;

  public Sample {
    requireNonNull(load, "load");
    if (operations < 1) {
      throw new IllegalArgumentException("operations: " + operations + " (expected: >= 1)");
    }
    if (elapsedNanos < 1) {
      throw new IllegalArgumentException("elapsedNanos: " + elapsedNanos + " (expected: >= 1)");
    }
  }

  /** Units of work per second. */
  public double perSecond() {
    return operations * 1e9 / elapsedNanos;
  }

  /** CPU time per unit of work, in microseconds. */
  public double cpuMicrosEach() {
    return cpuNanos / 1e3 / operations;
  }

  /** The database server's CPU time per unit of work, in microseconds, if it was measured. */
  public double serverCpuMicrosEach() {
    return serverCpuNanos / 1e3 / operations;
  }

  /** Bytes allocated per unit of work, if they were measured. */
  public double allocatedBytesEach() {
    return (double) allocatedBytes / operations;
  }

  /** One line of text, for the pipe between two processes. */
  public String encoded() {
    return String.join(
        " ",
        load.toString(),
        Long.toString(operations),
        Long.toString(elapsedNanos),
        Long.toString(p50Nanos),
        Long.toString(p99Nanos),
        Long.toString(p999Nanos),
        Long.toString(maxNanos),
        Long.toString(cpuNanos),
        Long.toString(serverCpuNanos),
        Long.toString(allocatedBytes));
  }

  /** The opposite of {@link #encoded}. */
  public static Sample decode(String line) {
    String[] fields = line.split(" ");
    if (fields.length != FIELDS) {
      throw new IllegalArgumentException(
          "sample: \"%s\" (expected: %d fields)".formatted(line, FIELDS));
    }
    long[] figures = Arrays.stream(fields, 1, FIELDS).mapToLong(Long::parseLong).toArray();
    return new Sample(
        Load.parse(fields[0]),
        figures[0],
        figures[1],
        figures[2],
        figures[3],
        figures[4],
        figures[5],
        figures[6],
        figures[7],
        figures[8]);
  }
}
