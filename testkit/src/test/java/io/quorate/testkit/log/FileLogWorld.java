package io.quorate.testkit.log;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.FencedException;
import io.quorate.core.tx.log.IndeterminateException;
import io.quorate.core.tx.log.LockHeldException;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogRecord.Force;
import io.quorate.core.tx.log.LogUnavailableException;
import io.quorate.core.tx.log.TransactionLogException;
import io.quorate.core.tx.log.TxHead;
import io.quorate.core.tx.log.TxHead.Status;
import io.quorate.core.tx.log.file.FileLogConfig;
import io.quorate.core.tx.log.file.FileTransactionLog;
import io.quorate.core.wal.WalConfig;
import io.quorate.core.wal.WalException;
import io.quorate.core.wal.WalRuntime;
import io.quorate.core.wal.WriteAheadLog;
import io.quorate.testkit.disk.SimDisk;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A transaction log on a simulated disk, single-threaded, next to the list of all it was asked, so
 * that after each crash its state can be compared with that after some prefix of the list: at least
 * what was acknowledged, at most what was asked.
 */
final class FileLogWorld {
  static final Duration RETENTION = Duration.ofHours(1);

  static final FileLogConfig SMALL =
      FileLogConfig.defaults()
          .withWal(
              WalConfig.defaults()
                  .segmentBytes(8 << 10)
                  .queueBytesMax(4 << 10)
                  .recordBytesMax(3 << 10)
                  .freeBytesMin(0))
          .withCheckpointBytes(16 << 10)
          .withRetention(RETENTION);

  final FileLogConfig config;
  SimDisk disk;
  long nanos;
  Instant wall = Instant.parse("2026-03-01T12:00:00Z");
  Executor background = Runnable::run;

  final List<FileLogModel.Event> asked = new ArrayList<>();
  int acknowledged;
  long carriedBytes;
  Instant lastNow = Instant.MIN;
  private @Nullable FileTransactionLog log;
  private @Nullable WriteAheadLog wal;
  Epoch epoch = Epoch.NONE;

  FileLogWorld(SimDisk disk, FileLogConfig config) {
    this.disk = disk;
    this.config = config;
  }

  FileTransactionLog log() {
    return requireNonNull(log, "log");
  }

  /** What goes on after a crash that left {@code left}. */
  FileLogWorld after(SimDisk left) {
    FileLogWorld next = new FileLogWorld(left, config);
    next.nanos = nanos;
    next.wall = wall;
    next.asked.addAll(asked);
    next.acknowledged = acknowledged;
    next.lastNow = lastNow;
    return next;
  }

  void open() {
    WriteAheadLog opened =
        WriteAheadLog.open(disk, config.wal(), WalRuntime.inline(() -> nanos, disk.changes() + 17));
    wal = opened;
    log = FileTransactionLog.open(opened, "sim", config, () -> nanos, () -> wall, background);
  }

  void advance(Duration by) {
    nanos += by.toNanos();
    wall = wall.plus(by);
    requireNonNull(wal, "wal").pump();
  }

  void acquire() throws TransactionLogException {
    asked.add(new FileLogModel.Event(nextEpoch(), wall, List.of()));
    epoch = log().acquire("node-1", Duration.ofSeconds(10));
    assertThat(epoch.number()).isEqualTo(asked.getLast().epoch());
    acknowledged = asked.size();
  }

  private long nextEpoch() {
    return asked.stream().mapToLong(FileLogModel.Event::epoch).max().orElse(0) + 1;
  }

  /** Appends; what it is refused counts as not asked. */
  void append(LogRecord... records) throws TransactionLogException {
    List<LogRecord> all = List.of(records);
    asked.add(new FileLogModel.Event(epoch.number(), wall, all));
    try {
      log().append(epoch, all);
    } catch (TransactionLogException | LogUnavailableException | IllegalStateException refused) {
      asked.removeLast(); // Nothing was written, they say.
      throw refused;
    }
    if (all.stream().anyMatch(r -> r.force() == Force.FORCED)) {
      acknowledged = asked.size();
    }
  }

  /** Takes a time, which must never come again. */
  void lookAtTheTime() {
    Instant now = log().now();
    assertThat(now).isAfterOrEqualTo(lastNow);
    lastNow = now;
  }

  /** All is durable behind a close. */
  void close() {
    carriedBytes += log().stats().carriedBytes();
    log().close();
    acknowledged = asked.size();
  }

  /** Runs one step of a life; false if the world ended it. */
  boolean survives(Step step) {
    try {
      step.run();
      return true;
    } catch (LogUnavailableException | IndeterminateException | WalException ended) {
      return false;
    } catch (TransactionLogException refused) {
      return false;
    }
  }

  /** A step of a life. */
  interface Step {
    void run() throws TransactionLogException;
  }

  private String lines() {
    return log().list(EnumSet.allOf(Status.class), null, 100_000).stream()
        .map(
            head ->
                FileLogModel.line(log().read(head.tx()), head.status(), head.due(), head.epoch()))
        .collect(Collectors.joining("\n"));
  }

  /** Opens the log and compares all it shows with the model. */
  void openAndCheck() throws TransactionLogException {
    open();
    String found = lines();
    FileLogModel model = null;
    for (int prefix = acknowledged; prefix <= asked.size(); prefix++) {
      FileLogModel candidate = FileLogModel.after(asked.subList(0, prefix));
      candidate.forget(wall, RETENTION);
      if (candidate.lines().equals(found)) {
        model = candidate;
        asked.subList(prefix, asked.size()).removeIf(lost -> !lost.starts());
        break;
      }
    }
    if (model == null) {
      FileLogModel least = FileLogModel.after(asked.subList(0, acknowledged));
      least.forget(wall, RETENTION);
      assertThat(found)
          .as("of %d asked, %d acknowledged", asked.size(), acknowledged)
          .isEqualTo(least.lines());
      throw new AssertionError("unreachable");
    }
    lookAtTheTime();
    long newestKnown = model.newest();
    epoch = log().acquire("node-1", Duration.ofSeconds(10));
    assertThat(epoch.number()).isGreaterThan(newestKnown);
    asked.add(new FileLogModel.Event(epoch.number(), wall, List.of()));
    acknowledged = asked.size();
    Set<TxId> due = new HashSet<>();
    log().due(epoch, 100_000).forEach(head -> due.add(head.tx()));
    assertThat(due).isEqualTo(model.due(log().now()));
    assertThat(heldLocks(model)).isEqualTo(model.locks());
  }

  /** Tries to take every lock there ever was. */
  private Map<String, TxId> heldLocks(FileLogModel model) throws TransactionLogException {
    Set<String> names = new HashSet<>(model.locks().keySet());
    asked.forEach(event -> event.records().forEach(r -> names.addAll(r.locks())));
    Map<String, TxId> held = new TreeMap<>();
    TxId probe = new TxId("probe-" + epoch.number());
    int seq = 0;
    append(TestRecords.begin(probe));
    for (String name : names) {
      try {
        append(TestRecords.locking(TestRecords.step(probe, seq + 1), name));
        seq++;
      } catch (LockHeldException by) {
        held.put(by.lock(), by.holder());
      }
    }
    append(TestRecords.end(probe, seq + 1));
    return held;
  }

  /** The log works: what is open goes on, new ones begin, old epochs are refused. */
  void checkGoesOn() throws TransactionLogException {
    for (TxHead head : log().list(EnumSet.of(Status.OPEN, Status.PARKED), null, 100_000)) {
      append(TestRecords.end(head.tx(), head.seq() + 1));
    }
    Epoch old = epoch;
    acquire();
    assertThatThrownBy(() -> log().append(old, List.of(TestRecords.begin(new TxId("zombie")))))
        .isInstanceOf(FencedException.class);
    TxId fresh = new TxId("fresh-" + epoch.number());
    append(TestRecords.begin(fresh), TestRecords.step(fresh, 1));
    append(TestRecords.lazy(TestRecords.end(fresh, 2)));
    close();
    openAndCheck();
    log().close();
  }
}
