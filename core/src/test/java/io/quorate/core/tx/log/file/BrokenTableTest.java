package io.quorate.core.tx.log.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.IndeterminateException;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogRecord.Force;
import io.quorate.core.tx.log.LogRecord.Kind;
import io.quorate.core.tx.log.LogUnavailableException;
import io.quorate.core.tx.log.SequenceConflictException;
import io.quorate.core.wal.WalConfig;
import io.quorate.core.wal.WriteAheadLog;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.AbstractList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An error in the middle of an append: before its record is written it has changed nothing, and
 * behind that nothing is written any more. Never are memory and journal of two minds.
 */
class BrokenTableTest {
  @TempDir Path root;

  private static final FileLogConfig CONFIG =
      FileLogConfig.defaults()
          .withWal(
              WalConfig.defaults()
                  .segmentBytes(256 << 10)
                  .freeBytesMin(0)
                  .idleAfter(Duration.ofMinutes(1))); // No seal moves the end of the log.

  /** What has ended now is still remembered when the log is opened with the real time. */
  private static final Instant LATER = Instant.parse("2999-01-01T00:00:00Z");

  private static final TxId TX = new TxId("t");
  private static final Epoch EPOCH = new Epoch("node-1", 1);
  private static final LogRecord BEGIN = taking(0, Kind.BEGIN, "a");
  private static final LogRecord STEP = taking(1, Kind.STEP, "b");
  private static final LogRecord END = taking(2, Kind.END);

  private static LogRecord taking(int seq, Kind kind, String... locks) {
    return new LogRecord(TX, seq, kind, Force.FORCED, null, Set.of(locks), new byte[] {1});
  }

  /** A list that works a number of times. */
  private static final class Fused extends AbstractList<LogRecord> {
    private final List<LogRecord> records;
    private int left;

    Fused(List<LogRecord> records, int left) {
      this.records = records;
      this.left = left;
    }

    @Override
    public LogRecord get(int index) {
      if (left-- == 0) {
        throw new OutOfMemoryError("drill");
      }
      return records.get(index);
    }

    @Override
    public int size() {
      return records.size();
    }
  }

  /** A table over a real log. */
  private static final class Home implements AutoCloseable {
    final WriteAheadLog wal;
    final Journal journal;
    final Table table;

    Home(Path directory) {
      wal = WriteAheadLog.open(directory, CONFIG.wal());
      journal = new Journal(wal);
      LogClock clock = new LogClock(() -> 0, LATER, LATER, time -> {});
      table = new Table(journal, clock, new EpochGate(EPOCH), CONFIG, new ConcurrentHashMap<>());
    }

    void append(List<LogRecord> records, List<LogRecord> given) throws Exception {
      table.append(EPOCH, given, AppendCodec.encode(EPOCH.number(), records));
    }

    void append(LogRecord... records) throws Exception {
      append(List.of(records), List.of(records));
    }

    @Override
    public void close() {
      wal.close();
    }
  }

  /**
   * Breaks an append at every use of its records, until it works; returns how often it was told.
   */
  private int breakEverywhere(String name, List<LogRecord> before, LogRecord... broken)
      throws Exception {
    int indeterminate = 0;
    for (int at = 0; ; at++) {
      Path directory = root.resolve(name + "-" + at);
      try (Home home = new Home(directory)) {
        if (!before.isEmpty()) {
          home.append(before, before);
        }
        long written = home.journal.next();
        try {
          home.append(List.of(broken), new Fused(List.of(broken), at));
          return indeterminate;
        } catch (OutOfMemoryError early) {
          assertThat(home.journal.next()).as("nothing was written").isEqualTo(written);
          home.append(broken);
        } catch (IndeterminateException late) {
          indeterminate++;
          assertThat(late).hasRootCauseMessage("drill").hasMessageContaining("open it again");
          long once = home.journal.next();
          assertThat(once).as("it was written").isGreaterThan(written);
          assertThatThrownBy(() -> home.append(broken))
              .isInstanceOfAny(LogUnavailableException.class, SequenceConflictException.class);
          assertThat(home.journal.next()).as("and is not written again").isEqualTo(once);
          assertThatThrownBy(home.journal::requireSound)
              .isInstanceOf(LogUnavailableException.class);
        }
      }
      try (FileTransactionLog log = FileTransactionLog.open(directory, CONFIG)) {
        assertThat(log.read(TX)).hasSize(before.size() + broken.length);
      }
    }
  }

  @Test
  void an_error_at_every_step_of_an_append_never_writes_a_sequence_twice() throws Exception {
    assertThat(breakEverywhere("begin", List.of(), BEGIN, STEP)).isPositive();
    assertThat(breakEverywhere("step", List.of(BEGIN), STEP)).isPositive();
    assertThat(breakEverywhere("end", List.of(BEGIN, STEP), END)).isPositive();
  }

  @Test
  void a_list_that_breaks_while_it_is_taken_over_has_changed_nothing() throws Exception {
    Path directory = root.resolve("given");
    try (FileTransactionLog log = FileTransactionLog.open(directory, CONFIG)) {
      Epoch epoch = log.acquire("node-1", Duration.ofSeconds(10));
      List<LogRecord> records = List.of(BEGIN, STEP);
      int broken = 0;
      for (boolean taken = false; !taken; broken++) {
        Fused fused = new Fused(records, broken);
        try {
          log.append(epoch, fused);
          taken = true;
        } catch (OutOfMemoryError early) {
          assertThat(log.read(TX)).isEmpty();
        }
      }
      assertThat(broken).isPositive();
      assertThat(log.read(TX)).isEqualTo(records);
    }
  }

  @Test
  void a_broken_log_shows_nothing_and_is_whole_again_when_it_is_opened() throws Exception {
    Path directory = root.resolve("whole");
    try (FileTransactionLog log = FileTransactionLog.open(directory, CONFIG)) {
      Epoch epoch = log.acquire("node-1", Duration.ofSeconds(10));
      log.append(epoch, List.of(BEGIN));
      IndeterminateException told = log.journal().broken(new OutOfMemoryError("drill"));
      assertThat(told).hasMessageContaining("drill");
      assertThatThrownBy(() -> log.read(TX)).isInstanceOf(LogUnavailableException.class);
      assertThatThrownBy(() -> log.head(new TxId("unknown")))
          .isInstanceOf(LogUnavailableException.class);
      assertThatThrownBy(() -> log.append(epoch, List.of(STEP)))
          .isInstanceOf(LogUnavailableException.class)
          .hasMessageContaining("nothing was written");
    }
    try (FileTransactionLog log = FileTransactionLog.open(directory, CONFIG)) {
      assertThat(log.read(TX)).containsExactly(BEGIN);
    }
  }
}
