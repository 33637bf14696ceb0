package io.quorate.testkit.log;

import static io.quorate.testkit.log.TestRecords.begin;
import static io.quorate.testkit.log.TestRecords.body;
import static io.quorate.testkit.log.TestRecords.end;
import static io.quorate.testkit.log.TestRecords.lazy;
import static io.quorate.testkit.log.TestRecords.locking;
import static io.quorate.testkit.log.TestRecords.step;
import static io.quorate.testkit.log.TestRecords.tx;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LockHeldException;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.TransactionLog;
import io.quorate.core.tx.log.TxHead;
import io.quorate.core.tx.log.TxHead.Status;
import io.quorate.core.tx.log.file.FileLogConfig;
import io.quorate.core.tx.log.file.FileLogStats;
import io.quorate.core.tx.log.file.FileTransactionLog;
import io.quorate.core.wal.WalConfig;
import io.quorate.testkit.disk.Choices;
import io.quorate.testkit.disk.Operation;
import io.quorate.testkit.disk.SimDisk;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints: what is needed is carried, the rest is given back. */
class FileLogCheckpointTest {
  @TempDir Path root;

  private static final int SEGMENT = 256 << 10;
  private static final int CHECKPOINT = 1 << 20;
  private static final int RETAINED = 256 << 10;

  /** Real files, small enough that a hundred thousand transactions fill them many times. */
  private static FileLogConfig config() {
    return FileLogConfig.defaults()
        .withWal(WalConfig.defaults().segmentBytes(SEGMENT).freeBytesMin(0))
        .withCheckpointBytes(CHECKPOINT)
        .withRetainedBytesMax(RETAINED);
  }

  private static long bytesOf(Path directory) throws IOException {
    long bytes = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        try {
          bytes += Files.size(file);
        } catch (NoSuchFileException truncatedMeanwhile) {
          bytes += 0;
        }
      }
    }
    return bytes;
  }

  @Test
  void a_hundred_thousand_transactions_keep_the_directory_small() throws Exception {
    FileLogHome home = new FileLogHome(root, config());
    int longLived = 200;
    long bound;
    long largest = 0;
    FileLogStats stats;
    try (FileTransactionLog log = (FileTransactionLog) home.open()) {
      Epoch epoch = log.acquire("node-1", Duration.ofSeconds(10));
      for (int i = 0; i < longLived; i++) {
        log.append(epoch, List.of(lazy(locking(begin(tx("long-" + i)), "lock-" + i))));
      }
      bound = 2L * CHECKPOINT + 3 * (RETAINED + log.stats().liveBytes()) + 4L * SEGMENT;
      for (int i = 0; i < 100_000; i++) {
        TxId tx = tx("short-" + i);
        log.append(epoch, List.of(lazy(begin(tx))));
        LogRecord last = end(tx, 1);
        log.append(epoch, List.of(i % 512 == 0 ? last : lazy(last)));
        if (i % 1000 == 0) {
          largest = Math.max(largest, bytesOf(home.directory()));
        }
      }
      stats = log.stats();
      assertThat(stats.live()).isEqualTo(longLived);
      assertThat(stats.endedBytes()).isLessThanOrEqualTo(RETAINED);
      assertThat(stats.checkpoints()).isGreaterThan(5);
      home.crash(log);
    }
    assertThat(largest).as("largest directory, in bytes").isLessThan(bound);
    try (TransactionLog log = home.open()) {
      assertThat(log.list(EnumSet.of(Status.OPEN), null, 1000)).hasSizeBetween(200, 700);
      for (int i = 0; i < longLived; i++) {
        assertThat(log.read(tx("long-" + i))).hasSize(1);
      }
      Epoch epoch = log.acquire("node-1", Duration.ofSeconds(10));
      assertThatThrownBy(() -> log.append(epoch, List.of(locking(begin(tx("l")), "lock-7"))))
          .isInstanceOf(LockHeldException.class);
    }
  }

  @Test
  void transactions_written_while_checkpoints_run_lose_nothing() throws Exception {
    FileLogHome home = new FileLogHome(root, config());
    Map<TxId, List<LogRecord>> written = new ConcurrentHashMap<>();
    try (FileTransactionLog log = (FileTransactionLog) home.open()) {
      Epoch epoch = log.acquire("node-1", Duration.ofSeconds(10));
      List<Callable<Void>> writers = new ArrayList<>();
      for (int w = 0; w < 8; w++) {
        int writer = w;
        writers.add(
            () -> {
              for (int round = 0; round < 1200; round++) {
                for (int slot = 0; slot < 4; slot++) {
                  TxId tx = tx("w-" + writer + "-" + (round / 8 * 4 + slot));
                  LogRecord next = next(tx, round % 8, slot > 0);
                  log.append(epoch, List.of(next));
                  written.computeIfAbsent(tx, unknown -> new ArrayList<>()).add(next);
                }
              }
              return null;
            });
      }
      try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
        for (Future<Void> each : executor.invokeAll(writers)) {
          each.get(120, TimeUnit.SECONDS);
        }
      }
      assertThat(log.stats().checkpoints()).isPositive();
      home.crash(log);
    }
    try (TransactionLog log = home.open()) {
      assertThat(written).hasSize(8 * 600);
      written.forEach(
          (tx, records) -> {
            boolean mayBeForgotten = records.getLast().kind() == LogRecord.Kind.END;
            List<LogRecord> read = log.read(tx);
            if (!mayBeForgotten || !read.isEmpty()) {
              assertThat(read).as(tx.value()).isEqualTo(records);
            }
          });
    }
  }

  /** The {@code seq}th of eight records of which the last is forced. */
  private static LogRecord next(TxId tx, int seq, boolean ends) {
    LogRecord next =
        switch (seq) {
          case 0 -> begin(tx);
          case 7 -> ends ? end(tx, seq) : step(tx, seq);
          default -> step(tx, seq);
        };
    LogRecord large = body(next, new byte[seq * 40 + 1]);
    return seq < 7 ? lazy(large) : large;
  }

  @Test
  void nothing_is_given_back_before_what_was_carried_is_durable() throws Exception {
    FileLogWorld world = new FileLogWorld(new SimDisk(), FileLogWorld.SMALL);
    world.open();
    world.acquire();
    world.append(locking(begin(tx("old")), "a"));
    int checked = 0;
    for (int i = 0; i < 60; i++) {
      TxId tx = tx("short-" + i);
      world.append(body(begin(tx), new byte[900]));
      int before = world.disk.operations().size();
      world.append(end(tx, 1));
      List<Operation> during =
          world.disk.operations().subList(before, world.disk.operations().size());
      if (during.stream().anyMatch(op -> op.kind() == Operation.Kind.DELETE)) {
        checked++;
        FileLogWorld after = world.after(world.disk.copy().afterPowerLoss(Choices.oldest()));
        after.openAndCheck();
        assertThat(after.log().read(tx("old"))).containsExactly(locking(begin(tx("old")), "a"));
        after.log().close();
      }
      world.advance(FileLogWorld.RETENTION); // The next checkpoint carries nothing but "old".
    }
    assertThat(checked).isGreaterThan(1);
    assertThat(world.log().stats().checkpoints()).isGreaterThan(1);
  }

  @Test
  void a_transaction_larger_than_one_record_is_carried_whole() throws Exception {
    // Of sizes that let a checkpoint cut it in every way.
    for (int records = 12; records <= 60; records += 6) {
      carryWhole(records);
    }
  }

  private static void carryWhole(int records) throws Exception {
    FileLogWorld world = new FileLogWorld(new SimDisk(), FileLogWorld.SMALL);
    world.open();
    world.acquire();
    TxId tx = tx("large");
    List<LogRecord> all = new ArrayList<>();
    for (int seq = 0; seq < records; seq++) {
      LogRecord next = body(seq == 0 ? begin(tx) : step(tx, seq), new byte[500]);
      all.add(next);
      world.append(next);
    }
    // What is remembered grows, so that the cut does not always fall between two carried copies.
    TxId growing = tx("growing");
    world.append(begin(growing));
    long seen = 0;
    for (int i = 0; seen < 5; i++) {
      world.append(body(begin(tx("short-" + i)), new byte[900]), end(tx("short-" + i), 1));
      world.append(body(step(growing, i + 1), new byte[200]));
      world.advance(FileLogWorld.RETENTION);
      if (world.log().stats().checkpoints() > seen) {
        seen = world.log().stats().checkpoints();
        FileLogWorld after = world.after(world.disk.copy().afterPowerLoss(Choices.oldest()));
        after.openAndCheck();
        assertThat(after.log().read(tx)).as("of %d records", records).isEqualTo(all);
        after.log().close();
      }
    }
    assertThat(world.log().read(tx)).isEqualTo(all);
  }

  @Test
  void heads_survive_being_carried() throws Exception {
    FileLogWorld world = new FileLogWorld(new SimDisk(), FileLogWorld.SMALL);
    world.open();
    world.acquire();
    TxId tx = tx("carried");
    world.append(begin(tx));
    world.advance(Duration.ofMinutes(3));
    world.acquire();
    world.append(step(tx, 1));
    world.acquire();
    TxHead head = world.log().head(tx).orElseThrow();
    for (int i = 0; i < 200; i++) {
      world.append(body(begin(tx("short-" + i)), new byte[900]), end(tx("short-" + i), 1));
      world.advance(FileLogWorld.RETENTION);
    }
    assertThat(world.log().stats().carriedBytes()).isPositive();
    assertThat(world.log().head(tx)).contains(head);
    FileLogWorld after = world.after(world.disk.afterPowerLoss(Choices.oldest()));
    after.open();
    assertThat(after.log().head(tx)).contains(head);
    Epoch next = after.log().acquire("node-1", Duration.ofSeconds(1));
    assertThat(next.number()).as("the newest epoch survives truncation").isEqualTo(4);
    after.log().close();
  }

  @Test
  void an_ended_transaction_is_remembered_for_its_time_and_then_forgotten() throws Exception {
    FileLogWorld world = new FileLogWorld(new SimDisk(), FileLogWorld.SMALL);
    world.open();
    world.acquire();
    world.append(begin(tx("a")), end(tx("a"), 1));
    world.advance(FileLogWorld.RETENTION.minusSeconds(1));
    world.append(begin(tx("b")), end(tx("b"), 1));
    assertThat(world.log().head(tx("a"))).isPresent();
    world.advance(Duration.ofSeconds(1));
    assertThat(world.log().due(world.epoch, 1)).isEmpty();
    assertThat(world.log().head(tx("a"))).isEmpty();
    assertThat(world.log().read(tx("a"))).isEmpty();
    assertThat(world.log().head(tx("b"))).isPresent();
    world.append(begin(tx("a")));
    assertThat(world.log().stats()).returns(1, FileLogStats::live).returns(1, FileLogStats::ended);
    world.close();
    world.openAndCheck();
    world.checkGoesOn();
  }

  @Test
  void ended_transactions_beyond_their_bytes_are_forgotten_oldest_first() throws Exception {
    FileLogWorld world =
        new FileLogWorld(new SimDisk(), FileLogWorld.SMALL.withRetainedBytesMax(4 << 10));
    world.open();
    world.acquire();
    for (int i = 0; i < 20; i++) {
      world.append(begin(tx("short-" + i)), end(tx("short-" + i), 1));
      assertThat(world.log().stats().endedBytes()).isLessThanOrEqualTo(4 << 10);
    }
    List<TxHead> left = world.log().list(EnumSet.of(Status.ENDED), null, 100);
    assertThat(left).hasSizeBetween(4, 8);
    int oldest = 20 - left.size();
    for (int i = 0; i < 20; i++) {
      assertThat(world.log().head(tx("short-" + i)).isPresent()).isEqualTo(i >= oldest);
    }
  }

  @Test
  void an_executor_that_refuses_fails_no_append_and_only_delays_the_checkpoint() throws Exception {
    FileLogWorld world = new FileLogWorld(new SimDisk(), FileLogWorld.SMALL);
    int[] asked = {0};
    world.background =
        task -> {
          if (asked[0]++ < 2) {
            throw new RejectedExecutionException("drill");
          }
          task.run();
        };
    world.open();
    world.acquire();
    for (int i = 0; world.log().stats().checkpoints() == 0; i++) {
      assertThat(i).as("appends until there is a checkpoint").isLessThan(100);
      world.append(body(begin(tx("short-" + i)), new byte[900]), end(tx("short-" + i), 1));
      world.advance(FileLogWorld.RETENTION);
    }
    assertThat(asked[0]).isEqualTo(3);
    world.close();
    world.wall = world.wall.plusSeconds(10);
    world.openAndCheck();
    world.checkGoesOn();
  }
}
