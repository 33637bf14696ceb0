package io.quorate.benchmarks.jmh;

import io.quorate.benchmarks.run.WorkDirectory;
import io.quorate.benchmarks.subjects.Payload;
import io.quorate.core.wal.WalConfig;
import io.quorate.core.wal.WriteAheadLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.infra.Blackhole;

/** The write-ahead log: appends that wait for the disk, appends that do not, and reading back. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class WalBenchmark {
  private static final int TYPE = 1;
  private static final int REPLAYED = 100_000;

  /** An empty log, emptied again after each iteration so that the disk does not fill up. */
  @State(Scope.Benchmark)
  public static class EmptyLog {
    final byte[] payload = Payload.of(7).array();
    WriteAheadLog log = openLog("appends");

    @TearDown(Level.Iteration)
    public void truncate() {
      long end = log.nextPosition();
      log.awaitDurable(end);
      log.truncateBefore(end);
    }

    @TearDown
    public void close() throws IOException {
      log.close();
      WorkDirectory.delete(directory("appends"));
    }
  }

  /** A log that holds {@value #REPLAYED} records. */
  @State(Scope.Benchmark)
  public static class FullLog {
    final WriteAheadLog log = openLog("replay");

    @Setup
    public void fill() {
      for (int i = 0; i < REPLAYED; i++) {
        log.append(TYPE, 0, i, 0, Payload.of(i), false);
      }
      log.awaitDurable(log.nextPosition());
    }

    @TearDown
    public void close() throws IOException {
      log.close();
      WorkDirectory.delete(directory("replay"));
    }
  }

  private static WriteAheadLog openLog(String name) {
    try {
      return WriteAheadLog.open(WorkDirectory.emptied(directory(name)), WalConfig.defaults());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static Path directory(String name) {
    return JmhRuns.work().resolve(name);
  }

  @Benchmark
  @Threads(1)
  public void forcedAppend1(EmptyLog state) {
    forcedAppend(state);
  }

  @Benchmark
  @Threads(16)
  public void forcedAppend16(EmptyLog state) {
    forcedAppend(state);
  }

  @Benchmark
  @Threads(64)
  public void forcedAppend64(EmptyLog state) {
    forcedAppend(state);
  }

  private static void forcedAppend(EmptyLog state) {
    state.log.awaitDurable(state.log.append(TYPE, 0, 0, 0, state.payload, true));
  }

  @Benchmark
  @Threads(1)
  public long lazyAppend1(EmptyLog state) {
    return state.log.append(TYPE, 0, 0, 0, state.payload, false);
  }

  @Benchmark
  @Threads(16)
  public long lazyAppend16(EmptyLog state) {
    return state.log.append(TYPE, 0, 0, 0, state.payload, false);
  }

  /** Per record, not per replay. */
  @Benchmark
  @Threads(1)
  @OperationsPerInvocation(REPLAYED)
  public long replay(FullLog state, Blackhole seen) {
    return state.log.replay(
        state.log.firstPosition(),
        record -> {
          seen.consume(record);
          return true;
        });
  }
}
