package io.quorate.testkit.log;

import static io.quorate.testkit.log.TestRecords.begin;
import static io.quorate.testkit.log.TestRecords.beginAndSteps;
import static io.quorate.testkit.log.TestRecords.body;
import static io.quorate.testkit.log.TestRecords.end;
import static io.quorate.testkit.log.TestRecords.lazy;
import static io.quorate.testkit.log.TestRecords.locking;
import static io.quorate.testkit.log.TestRecords.step;
import static io.quorate.testkit.log.TestRecords.tx;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.FencedException;
import io.quorate.core.tx.log.LockHeldException;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.SequenceConflictException;
import io.quorate.core.tx.log.TransactionLogException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Many threads at once, and interrupts. */
interface ThreadPromises extends LogPromises {

  @Test
  default void of_concurrent_appends_to_one_sequence_exactly_one_wins() throws Exception {
    int contenders = 4;
    int transactions = 40;
    int steps = Math.ceilDiv(contendedAppends(), contenders * transactions);
    Epoch epoch = acquire();
    AtomicInteger wins = new AtomicInteger();
    AtomicInteger losses = new AtomicInteger();
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int t = 0; t < transactions; t++) {
      TxId tx = tx("contended-" + t);
      CyclicBarrier start = new CyclicBarrier(contenders);
      for (int c = 0; c < contenders; c++) {
        byte[] mark = ("by-" + c).getBytes(US_ASCII);
        int lazyAt = c;
        tasks.add(
            () -> {
              for (int seq = 0; seq < steps; seq++) {
                start.await(60, SECONDS);
                try {
                  LogRecord record = body(seq == 0 ? begin(tx) : step(tx, seq), mark);
                  log().append(epoch, List.of(seq % contenders == lazyAt ? lazy(record) : record));
                  wins.incrementAndGet();
                } catch (SequenceConflictException lost) {
                  losses.incrementAndGet();
                }
              }
              return null;
            });
      }
    }
    onVirtualThreads(tasks);
    assertThat(wins).hasValue(transactions * steps);
    assertThat(losses).hasValue(transactions * steps * (contenders - 1));
    reopen();
    for (int t = 0; t < transactions; t++) {
      assertThat(log().read(tx("contended-" + t))).hasSize(steps);
    }
  }

  @Test
  default void of_concurrent_takers_of_one_lock_exactly_one_wins() throws Exception {
    Epoch epoch = acquire();
    int takers = 50;
    for (int round = 0; round < 5; round++) {
      String lock = "lock-" + round;
      ConcurrentLinkedQueue<TxId> winners = new ConcurrentLinkedQueue<>();
      ConcurrentLinkedQueue<TxId> holders = new ConcurrentLinkedQueue<>();
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int t = 0; t < takers; t++) {
        TxId tx = tx("taker-" + round + "-" + t);
        tasks.add(
            () -> {
              try {
                log().append(epoch, List.of(locking(begin(tx), lock, "own-" + tx)));
                winners.add(tx);
              } catch (LockHeldException refused) {
                holders.add(refused.holder());
              }
              return null;
            });
      }
      onVirtualThreads(tasks);
      assertThat(winners).hasSize(1);
      assertThat(holders).hasSize(takers - 1).containsOnly(winners.element());
    }
  }

  @Test
  default void many_transactions_on_many_threads_keep_their_records_apart() throws Exception {
    Epoch epoch = acquire();
    int threads = 200;
    int each = Math.ceilDiv(contendedAppends(), 10 * threads);
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      int mine = thread;
      tasks.add(
          () -> {
            for (int i = 0; i < each; i++) {
              TxId tx = tx("many-" + mine + "-" + i);
              log().append(epoch, List.of(own(begin(tx))));
              log().append(epoch, List.of(lazy(own(step(tx, 1))), lazy(own(step(tx, 2)))));
              log().append(epoch, List.of(own(step(tx, 3))));
              log().append(epoch, List.of(lazy(own(end(tx, 4)))));
            }
            return null;
          });
    }
    onVirtualThreads(tasks);
    crashAndReopen();
    for (int thread = 0; thread < threads; thread++) {
      for (int i = 0; i < each; i++) {
        TxId tx = tx("many-" + thread + "-" + i);
        List<LogRecord> read = log().read(tx);
        assertThat(read).hasSizeBetween(4, 5).allMatch(r -> r.equals(forced(r, own(r))));
      }
    }
  }

  @Test
  default void an_append_is_seen_whole_or_not_at_all() throws Exception {
    Epoch epoch = acquire();
    TxId tx = tx("whole");
    log().append(epoch, List.of(begin(tx)));
    AtomicBoolean done = new AtomicBoolean();
    Callable<Void> reader =
        () -> {
          while (!done.get()) {
            int seq = log().head(tx).orElseThrow().seq();
            int read = log().read(tx).size();
            assertThat(seq % 5).isZero();
            assertThat(read % 5).isEqualTo(1);
            assertThat(read).isGreaterThan(seq);
            // A log that need not block here would keep the writer off the CPU.
            LockSupport.parkNanos(10_000);
          }
          return null;
        };
    Callable<Void> writer =
        () -> {
          try {
            for (int i = 0; i < 100; i++) {
              List<LogRecord> five = beginAndSteps(tx, 5 * i + 5).subList(5 * i + 1, 5 * i + 6);
              log()
                  .append(epoch, i % 2 == 0 ? five : five.stream().map(TestRecords::lazy).toList());
            }
          } finally {
            done.set(true);
          }
          return null;
        };
    onVirtualThreads(List.of(reader, reader, writer));
  }

  @Test
  default void while_epochs_change_hands_no_older_one_writes_behind_a_newer() throws Exception {
    TxId tx = tx("handed-over");
    log().append(acquire(), List.of(begin(tx)));
    AtomicInteger fenced = new AtomicInteger();
    CyclicBarrier acquired = new CyclicBarrier(3);
    Callable<Void> coordinator =
        () -> {
          for (int i = 0; i < 10; i++) {
            Epoch mine = log().acquire("node-1", LEASE);
            // All have acquired before anyone writes, however quick the log is.
            acquired.await(60, SECONDS);
            try {
              for (int n = 0; n < 20; n++) {
                int seq = log().read(tx).size();
                log()
                    .append(
                        mine,
                        List.of(
                            body(step(tx, seq), Long.toString(mine.number()).getBytes(US_ASCII))));
              }
            } catch (FencedException newer) {
              fenced.incrementAndGet();
            } catch (SequenceConflictException raced) {
              // Another epoch, newer or older, was quicker: both orders are fine.
              assertThat(raced).hasMessageContaining(tx.value());
            }
          }
          return null;
        };
    onVirtualThreads(List.of(coordinator, coordinator, coordinator));
    List<LogRecord> records = log().read(tx);
    assertThat(records.subList(1, records.size()))
        .extracting(r -> Long.parseLong(new String(r.body(), US_ASCII)))
        .as("epochs of the records in sequence")
        .isSorted();
    assertThat(fenced.get()).as("appends that were fenced").isPositive();
  }

  @Test
  default void an_interrupt_is_kept_and_the_append_completes() throws Exception {
    Epoch epoch = acquire();
    for (Thread.Builder kind : List.of(Thread.ofPlatform(), Thread.ofVirtual())) {
      TxId tx = tx("interrupted-" + kind.getClass().getSimpleName());
      List<Throwable> failures = new ArrayList<>();
      AtomicInteger flagged = new AtomicInteger();
      Thread appender =
          kind.unstarted(
              () -> {
                try {
                  for (LogRecord next : beginAndSteps(tx, 50)) {
                    Thread.currentThread().interrupt();
                    log().append(epoch, List.of(next.seq() % 3 == 2 ? lazy(next) : next));
                    if (Thread.interrupted()) {
                      flagged.incrementAndGet();
                    }
                  }
                } catch (TransactionLogException | RuntimeException | Error e) {
                  failures.add(e);
                }
              });
      appender.start();
      while (!appender.join(java.time.Duration.ofMillis(1))) {
        appender.interrupt();
      }
      assertThat(failures).isEmpty();
      assertThat(flagged).hasValue(51);
      log().append(epoch, List.of(end(tx, 51)));
      assertThat(log().read(tx)).hasSize(52);
    }
  }

  /** A body that only this record has. */
  private static LogRecord own(LogRecord r) {
    return body(r, (r.tx() + "#" + r.seq()).getBytes(US_ASCII));
  }

  /** {@code r} with the force of {@code like}. */
  private static LogRecord forced(LogRecord like, LogRecord r) {
    return like.force() == LogRecord.Force.LAZY ? lazy(r) : r;
  }

  private static void onVirtualThreads(List<Callable<Void>> tasks) throws Exception {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> futures = new ArrayList<>();
      for (Callable<Void> task : tasks) {
        futures.add(executor.submit(task));
      }
      for (Future<Void> future : futures) {
        try {
          future.get(120, SECONDS);
        } catch (ExecutionException | TimeoutException failed) {
          executor.shutdownNow();
          throw failed;
        }
      }
    }
  }
}
