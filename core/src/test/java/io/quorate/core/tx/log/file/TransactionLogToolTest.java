package io.quorate.core.tx.log.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogRecord.Force;
import io.quorate.core.tx.log.LogRecord.Kind;
import io.quorate.core.wal.WalConfig;
import io.quorate.core.wal.WalRecord;
import io.quorate.core.wal.WriteAheadLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransactionLogToolTest {
  @TempDir Path root;

  private static final FileLogConfig CONFIG =
      FileLogConfig.defaults().withWal(WalConfig.defaults().segmentBytes(64 << 10).freeBytesMin(0));
  private static final Instant DUE = Instant.parse("2031-02-03T04:05:06Z");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(Object... args) {
    out.reset();
    err.reset();
    String[] words = Stream.of(args).map(Object::toString).toArray(String[]::new);
    return TransactionLogTool.run(
        words, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
  }

  private List<String> lines() {
    return out.toString(UTF_8).lines().toList();
  }

  private static LogRecord next(
      String tx, int seq, Kind kind, Force force, Set<String> locks, byte[] body) {
    Instant due = kind == Kind.STEP ? DUE : null;
    return new LogRecord(new TxId(tx), seq, kind, force, due, locks, body);
  }

  private static LogRecord forced(String tx, int seq, Kind kind, String body) {
    return next(tx, seq, kind, Force.FORCED, Set.of(), body.getBytes(UTF_8));
  }

  private Path written() throws Exception {
    Path directory = root.resolve("log");
    try (FileTransactionLog log = FileTransactionLog.open(directory, CONFIG)) {
      Epoch epoch = log.acquire("node-1", Duration.ofSeconds(10));
      Set<String> locks = Set.of("stock-1", "a\nb");
      log.append(
          epoch,
          List.of(
              next("order-1", 0, Kind.BEGIN, Force.FORCED, locks, "{\"n\":1}".getBytes(UTF_8))));
      log.append(
          epoch,
          List.of(
              next("order-1", 1, Kind.STEP, Force.LAZY, Set.of(), new byte[] {0, (byte) 0xFF})));
      log.append(
          epoch,
          List.of(
              forced("order-2", 0, Kind.BEGIN, "x".repeat(70)),
              forced("order-2", 1, Kind.END, "")));
    }
    return directory;
  }

  private static List<WalRecord> records(Path directory) {
    List<WalRecord> records = new ArrayList<>();
    try (WriteAheadLog wal = WriteAheadLog.open(directory, CONFIG.wal())) {
      wal.replay(0, records::add);
    }
    return records;
  }

  private static Map<String, String> files(Path directory) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(directory)) {
      for (Path file : all.toList()) {
        String bytes = HexFormat.of().formatHex(Files.readAllBytes(file));
        files.put(file.getFileName().toString(), bytes + " " + Files.getLastModifiedTime(file));
      }
    }
    return files;
  }

  @Test
  void list_tells_where_each_transaction_stands() throws Exception {
    Path directory = written();
    assertThat(run("list", directory)).isZero();
    assertThat(lines()).hasSize(2);
    assertThat(lines().get(0))
        .matches("order-1 OPEN seq=1 records=2 epoch=1 changed=20.*Z due=" + DUE);
    assertThat(lines().get(1)).matches("order-2 ENDED seq=1 records=2 epoch=1 changed=20.*Z due=-");
  }

  @Test
  void show_tells_each_record() throws Exception {
    Path directory = written();
    assertThat(run("show", directory, "order-1")).isZero();
    assertThat(lines()).hasSize(3);
    assertThat(lines().get(0)).startsWith("order-1 OPEN ");
    assertThat(lines().get(1))
        .matches(
            "  0 BEGIN FORCED epoch=1 time=20\\S+Z at=\\d+ due=- locks=\\[a\\\\u000ab,stock-1\\] 7B"
                + " \"\\{\"n\":1\\}\"");
    assertThat(lines().get(2))
        .matches("  1 STEP LAZY epoch=1 time=20\\S+Z at=\\d+ due=" + DUE + " locks=\\[\\] 2B 00ff");
    assertThat(run("show", directory, "order-2")).isZero();
    assertThat(lines().get(1)).endsWith(" 70B \"" + "x".repeat(64) + "\"…");
    assertThat(lines().get(2)).endsWith(" locks=[] 0B");
  }

  @Test
  void looking_changes_not_a_byte_and_takes_nothing() throws Exception {
    Path directory = written();
    Files.delete(directory.resolve("owner.lock"));
    Map<String, String> before = files(directory);
    assertThat(run("list", directory)).isZero();
    assertThat(run("show", directory, "order-1")).isZero();
    assertThat(files(directory)).isEqualTo(before);
  }

  @Test
  void a_damaged_log_is_shown_as_far_as_it_can_be_read() throws Exception {
    Path directory = written();
    int begin = (int) records(directory).get(1).start();
    Path segment = directory.resolve("0000000000000000.wal");
    byte[] bytes = Files.readAllBytes(segment);
    bytes[4096 + begin + 48 + 20] ^= 1;
    Files.write(segment, bytes);
    assertThat(run("list", directory)).isEqualTo(1);
    assertThat(lines().get(0)).startsWith("order-1 OPEN seq=1 records=1 missing=1 ");
    assertThat(lines().get(2)).startsWith("ROTTEN " + begin + "..");
    assertThat(lines().get(3)).isEqualTo("ROTTEN: would not open");
  }

  @Test
  void what_a_log_would_refuse_is_said_last() throws Exception {
    List<WalRecord> records = records(written());
    Path holed = root.resolve("holed");
    try (WriteAheadLog wal = WriteAheadLog.open(holed, CONFIG.wal())) {
      for (WalRecord r : records.subList(2, records.size())) {
        wal.append(r.type(), 0, r.word0(), r.word1(), r.payload(), true);
      }
      wal.append(Journal.APPEND, 0, 1, 0, new byte[] {1, 2, 3, 4, 5}, true);
    }
    assertThat(run("show", holed, "order-1")).isEqualTo(1);
    assertThat(lines().get(0)).contains("records=1 missing=1");
    assertThat(out.toString(UTF_8)).contains("cannot decode");
    assertThat(lines().getLast()).startsWith("would not open: " + holed);
  }

  @Test
  void a_piece_of_an_ended_transaction_is_not_shown_as_open() throws Exception {
    Path directory = root.resolve("part");
    List<LogRecord> first = List.of(forced("big", 0, Kind.BEGIN, "b"));
    try (WriteAheadLog wal = WriteAheadLog.open(directory, CONFIG.wal())) {
      byte[] piece = AppendCodec.encode(1, first);
      long word = AppendCodec.carriedWord(new TxId("big"), 0, true);
      wal.append(Journal.CARRY, 0, 1, word, piece, true);
    }
    assertThat(run("list", directory)).isZero();
    assertThat(lines())
        .singleElement()
        .asString()
        .startsWith("big ENDED seq=0 records=1 missing=1");
    try (FileTransactionLog log = FileTransactionLog.open(directory, CONFIG)) {
      assertThat(log.head(new TxId("big"))).as("forgotten").isEmpty();
    }
  }

  @Test
  void an_owned_log_a_missing_one_an_unknown_id_and_wrong_usage_are_told_apart() throws Exception {
    Path directory = written();
    assertThat(run("show", directory, "order-9")).isEqualTo(2);
    assertThat(err.toString(UTF_8)).contains("no transaction order-9");
    assertThat(run("list", root.resolve("none"))).isEqualTo(2);
    assertThat(err.toString(UTF_8)).contains("not a directory");
    assertThat(run("list", root)).isEqualTo(2);
    assertThat(err.toString(UTF_8)).contains("no log");
    assertThat(run("list")).isEqualTo(2);
    assertThat(run("show", directory)).isEqualTo(2);
    assertThat(run("show", directory, "")).isEqualTo(2);
    assertThat(err.toString(UTF_8)).contains("usage:");
    try (FileTransactionLog log = FileTransactionLog.open(directory, CONFIG)) {
      assertThat(log.stats().live()).isEqualTo(1);
      assertThat(run("list", directory)).isEqualTo(2);
      assertThat(err.toString(UTF_8)).contains("owned by pid");
    }
  }
}
