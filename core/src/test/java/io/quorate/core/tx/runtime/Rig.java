package io.quorate.core.tx.runtime;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.EpochHeldException;
import io.quorate.core.tx.log.file.FileLogConfig;
import io.quorate.core.tx.log.file.FileTransactionLog;
import io.quorate.core.tx.machine.ProtocolId;
import io.quorate.core.wal.WalConfig;
import io.quorate.core.wal.WriteAheadLog;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** A runtime on a real log in a directory; the log's time and the timers are the test's. */
final class Rig implements AutoCloseable {
  /** Far longer than anything here takes. */
  static final long PATIENCE_SECONDS = 60;

  private static final FileLogConfig CONFIG =
      FileLogConfig.defaults().withWal(WalConfig.defaults().segmentBytes(1 << 20).freeBytesMin(0));

  /** Polls as fast as it may; nothing but the test's own time makes anything due. */
  static final RuntimeConfig QUICK =
      RuntimeConfig.defaults()
          .withOwner("rig")
          .withPollInterval(Duration.ofMillis(1))
          .withCloseWait(Duration.ofSeconds(PATIENCE_SECONDS));

  private final Path directory;
  private final AtomicLong nanos = new AtomicLong();
  FaultyLog log;
  ManualTimers timers = new ManualTimers();

  Rig(Path directory) {
    this.directory = directory;
    this.log = openLog();
  }

  private FaultyLog openLog() {
    return new FaultyLog(
        FileTransactionLog.open(
            WriteAheadLog.open(directory, CONFIG.wal()),
            directory.toString(),
            CONFIG,
            nanos::get,
            () -> Instant.parse("2026-03-01T12:00:00Z"),
            task -> Thread.ofVirtual().start(task)));
  }

  /** Closes the log and opens it again, as the next process would. */
  void reopenLog() {
    log.close();
    log = openLog();
  }

  TransactionRuntime open(RuntimeConfig config, Relay... relays) throws EpochHeldException {
    timers = new ManualTimers();
    ManualTimers mine = timers;
    return TransactionRuntime.open(log, List.of(relays), config, epoch -> mine);
  }

  TransactionRuntime open(Relay... relays) throws EpochHeldException {
    return open(QUICK, relays);
  }

  /** Lets the log's time and the timers go on. */
  void advance(Duration by) throws InterruptedException {
    nanos.addAndGet(by.toNanos());
    timers.advance(by);
  }

  static TxId tx(String id) {
    return new TxId(id);
  }

  static byte[] input(String text) {
    return text.getBytes(US_ASCII);
  }

  static final ProtocolId RELAY = new ProtocolId("relay", "relay", 1);

  static CompletableFuture<Outcome<byte[]>> start(
      TransactionRuntime runtime, String id, String input) {
    return runtime.start(RELAY, tx(id), input(input));
  }

  static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Waits until it holds; a test's own time-out ends that. */
  static void until(BooleanSupplier holds) throws InterruptedException {
    while (!holds.getAsBoolean()) {
      if (Thread.interrupted()) {
        throw new InterruptedException("waited in vain");
      }
      Thread.onSpinWait();
    }
  }

  static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("in time").isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    log.close();
  }
}
