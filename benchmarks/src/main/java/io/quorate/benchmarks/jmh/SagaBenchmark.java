package io.quorate.benchmarks.jmh;

import static java.util.Objects.requireNonNull;

import io.quorate.benchmarks.run.WorkDirectory;
import io.quorate.benchmarks.subjects.ThreeSteps;
import io.quorate.core.tx.log.EpochHeldException;
import io.quorate.core.tx.log.LogFullException;
import io.quorate.core.tx.log.TransactionLog;
import io.quorate.core.tx.log.file.FileTransactionLog;
import io.quorate.saga.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/** Sagas of three steps that do nothing, on a log in files, each run to its end. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class SagaBenchmark {

  /** An open coordinator. */
  @State(Scope.Benchmark)
  public static class Coordinator {
    /** Set by JMH, to each value in turn. */
    @Param({"EVERY_STEP", "START_DURABLE"})
    public Durability durability = Durability.EVERY_STEP;

    private final AtomicLong next = new AtomicLong();
    private @Nullable TransactionLog log;
    private @Nullable ThreeSteps sagas;

    @Setup
    public void open() throws IOException, EpochHeldException {
      log = FileTransactionLog.open(WorkDirectory.emptied(directory()));
      sagas = ThreeSteps.open(log, durability);
    }

    void runNext() throws LogFullException {
      requireNonNull(sagas).run(next.getAndIncrement());
    }

    @TearDown
    public void close() throws IOException {
      requireNonNull(sagas).close();
      requireNonNull(log).close();
      WorkDirectory.delete(directory());
    }

    private static Path directory() {
      return JmhRuns.work().resolve("sagas");
    }
  }

  @Benchmark
  @Threads(1)
  public void saga1(Coordinator coordinator) throws LogFullException {
    coordinator.runNext();
  }

  @Benchmark
  @Threads(16)
  public void saga16(Coordinator coordinator) throws LogFullException {
    coordinator.runNext();
  }

  @Benchmark
  @Threads(64)
  public void saga64(Coordinator coordinator) throws LogFullException {
    coordinator.runNext();
  }
}
