package io.quorate.testkit.log;

import static io.quorate.testkit.log.TestRecords.begin;
import static io.quorate.testkit.log.TestRecords.end;
import static io.quorate.testkit.log.TestRecords.lazy;
import static io.quorate.testkit.log.TestRecords.step;
import static io.quorate.testkit.log.TestRecords.tx;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.file.FileLogConfig;
import io.quorate.core.tx.log.file.FileTransactionLog;
import io.quorate.core.wal.WriteAheadLog;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;

/**
 * Forced appends per second: the transaction log, and the bare write-ahead log beneath it, in turn.
 * Arguments: virtual threads, seconds for each run, runs.
 */
final class FileLogBench {
  private FileLogBench() {}

  private interface Work {
    void once(int thread, long round) throws Exception;
  }

  /** Four forced appends and a lazy END: a saga of three steps. */
  private static final int APPENDS = 4;

  public static void main(String[] args) throws Exception {
    int threads = args.length > 0 ? Integer.parseInt(args[0]) : 64;
    int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    int runs = args.length > 2 ? Integer.parseInt(args[2]) : 3;
    for (int run = 0; run < runs; run++) {
      System.out.printf(
          "threads=%d wal=%.0f/s log=%.0f/s%n",
          threads, wal(threads, seconds), log(threads, seconds));
    }
  }

  private static double wal(int threads, int seconds) throws Exception {
    Path dir = Files.createTempDirectory("bench-wal");
    byte[] payload = new byte[150];
    try (WriteAheadLog wal = WriteAheadLog.open(dir, FileLogConfig.defaults().wal())) {
      double perSecond =
          measure(
              threads,
              seconds,
              (thread, round) -> {
                for (int i = 0; i < APPENDS; i++) {
                  wal.awaitDurable(wal.append(1, 0, 0, 0, payload, true));
                }
                wal.append(1, 0, 0, 0, payload, false);
                if (thread == 0 && round % 4096 == 0) {
                  wal.truncateBefore(wal.durablePosition());
                }
              });
      return perSecond * APPENDS;
    } finally {
      delete(dir);
    }
  }

  private static double log(int threads, int seconds) throws Exception {
    Path dir = Files.createTempDirectory("bench-log");
    try (FileTransactionLog log = FileTransactionLog.open(dir)) {
      Epoch epoch = log.acquire("bench", Duration.ofSeconds(10));
      byte[] body = new byte[100];
      double perSecond =
          measure(
              threads,
              seconds,
              (thread, round) -> {
                TxId tx = tx("saga-" + thread + "-" + round);
                log.append(epoch, List.of(TestRecords.body(begin(tx), body)));
                for (int seq = 1; seq < APPENDS; seq++) {
                  log.append(epoch, List.of(TestRecords.body(step(tx, seq), body)));
                }
                log.append(epoch, List.of(lazy(end(tx, APPENDS))));
              });
      System.out.println(log.stats());
      return perSecond * APPENDS;
    } finally {
      delete(dir);
    }
  }

  /** How often {@code work} was done per second, after one second of warming up. */
  private static double measure(int threads, int seconds, Work work) throws Exception {
    LongAdder done = new LongAdder();
    CountDownLatch over = new CountDownLatch(1);
    CountDownLatch left = new CountDownLatch(threads);
    for (int t = 0; t < threads; t++) {
      int thread = t;
      Thread.startVirtualThread(
          () -> {
            try {
              for (long round = 0; over.getCount() > 0; round++) {
                work.once(thread, round);
                done.increment();
              }
            } catch (Exception failed) {
              failed.printStackTrace();
            } finally {
              left.countDown();
            }
          });
    }
    CountDownLatch never = new CountDownLatch(1);
    never.await(1, java.util.concurrent.TimeUnit.SECONDS);
    long from = done.sum();
    long start = System.nanoTime();
    never.await(seconds, java.util.concurrent.TimeUnit.SECONDS);
    double perSecond = (done.sum() - from) * 1e9 / (System.nanoTime() - start);
    over.countDown();
    left.await();
    return perSecond;
  }

  private static void delete(Path dir) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(dir)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(dir);
  }
}
