package io.quorate.testkit.log;

import static io.quorate.testkit.log.TestRecords.begin;
import static io.quorate.testkit.log.TestRecords.body;
import static io.quorate.testkit.log.TestRecords.end;
import static io.quorate.testkit.log.TestRecords.step;
import static io.quorate.testkit.log.TestRecords.tx;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.log.TransactionLog;
import io.quorate.core.tx.log.file.FileLogConfig;
import io.quorate.core.tx.log.file.FileTransactionLog;
import io.quorate.core.tx.log.file.LogCorruptException;
import io.quorate.core.tx.log.file.LogFormatException;
import io.quorate.core.wal.Recovery.Verdict;
import io.quorate.core.wal.WalConfig;
import io.quorate.core.wal.WalFormatException;
import io.quorate.core.wal.WalRecord;
import io.quorate.core.wal.WriteAheadLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A log that is refused is left as it was, byte by byte, with all that opening would have changed:
 * a torn end to be cut, a spare of another size, half of another. Only the file that carries the
 * lock tells who looked: while it is held, others must not be told an older owner's name.
 */
class FileLogRefusalTest {
  @TempDir Path root;

  private static final int BLOCK = 4096;
  private static final FileLogConfig CONFIG =
      FileLogConfig.defaults().withWal(WalConfig.defaults().segmentBytes(64 << 10).freeBytesMin(0));

  private Path written(String name) throws Exception {
    Path directory = root.resolve(name);
    try (TransactionLog log = FileTransactionLog.open(directory, CONFIG)) {
      Epoch epoch = log.acquire("node-1", Duration.ofSeconds(10));
      log.append(epoch, List.of(body(begin(tx("a")), new byte[9000])));
      log.append(epoch, List.of(step(tx("a"), 1)));
      log.append(epoch, List.of(begin(tx("b")), end(tx("b"), 1)));
    }
    return directory;
  }

  /** The same log with the nth record of a type changed, or left out where the change is empty. */
  private Path rewritten(String name, int type, int nth, UnaryOperator<byte[]> change)
      throws Exception {
    Path directory = root.resolve(name);
    List<WalRecord> records = WalContents.of(written(name + "-before"), CONFIG.wal());
    int which =
        IntStream.range(0, records.size())
            .filter(i -> records.get(i).type() == type)
            .skip(nth)
            .findFirst()
            .orElseThrow();
    WalContents.write(directory, CONFIG.wal(), records, which, change);
    return directory;
  }

  private static Path segment(Path directory) {
    return directory.resolve("0000000000000000.wal");
  }

  private static void edit(Path file, UnaryOperator<byte[]> change) throws IOException {
    Files.write(file, change.apply(Files.readAllBytes(file)));
  }

  private static int usedBytes(byte[] contents) {
    int used = contents.length;
    while (used > 0 && contents[used - 1] == 0) {
      used--;
    }
    return used;
  }

  /** The start of a record that never was: what a crash leaves, and opening cuts. */
  private static void tearEnd(Path directory) throws IOException {
    edit(
        segment(directory),
        bytes -> {
          Arrays.fill(bytes, usedBytes(bytes), usedBytes(bytes) + 8, (byte) 0x11);
          return bytes;
        });
  }

  private static void litter(Path directory) throws IOException {
    Files.write(directory.resolve("spare"), new byte[77]);
    Files.write(directory.resolve("spare.tmp"), new byte[1000]);
    Files.deleteIfExists(directory.resolve("owner.lock"));
    Files.writeString(directory.resolve("notes.txt"), "mine");
  }

  private static Map<String, String> files(Path directory) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(directory)) {
      for (Path file : all.toList()) {
        files.put(
            file.getFileName().toString(), HexFormat.of().formatHex(Files.readAllBytes(file)));
      }
    }
    files.remove("owner.lock");
    return files;
  }

  private static Throwable assertRefusedUnchanged(Path directory, FileLogConfig config)
      throws IOException {
    litter(directory);
    Map<String, String> before = files(directory);
    Throwable refusal = catchThrowable(() -> FileTransactionLog.open(directory, config));
    assertThat(refusal).isNotNull().hasMessageContaining(directory.toString());
    assertThat(files(directory)).isEqualTo(before);
    return refusal;
  }

  @Test
  void what_is_to_be_repaired_is_repaired_where_nothing_is_to_be_refused() throws Exception {
    Path directory = written("good");
    tearEnd(directory);
    litter(directory);
    Map<String, String> before = files(directory);
    try (WriteAheadLog wal = WriteAheadLog.open(directory, CONFIG.wal())) {
      assertThat(wal.recovery().verdict()).isEqualTo(Verdict.TORN);
    }
    assertThat(files(directory)).doesNotContainEntry("spare", before.get("spare"));
    assertThat(files(directory)).isNotEqualTo(before).doesNotContainKey("spare.tmp");
    FileTransactionLog.open(directory, CONFIG).close();
  }

  @Test
  void a_newer_format_of_the_transaction_log() throws Exception {
    Path append =
        rewritten(
            "newer-append",
            1,
            0,
            bytes -> {
              bytes[4] = 2;
              return bytes;
            });
    Path mark =
        rewritten(
            "newer-mark",
            3,
            0,
            bytes -> {
              bytes[0] = 9;
              return bytes;
            });
    Path type = written("newer-type");
    try (WriteAheadLog wal = WriteAheadLog.open(type, CONFIG.wal())) {
      wal.append(6, 0, 0, 0, new byte[] {1}, true);
    }
    for (Path newer : List.of(append, mark, type)) {
      tearEnd(newer);
      assertThat(assertRefusedUnchanged(newer, CONFIG)).isInstanceOf(LogFormatException.class);
    }
  }

  @Test
  void records_that_are_missing_or_make_no_sense() throws Exception {
    Path missing = rewritten("missing", 1, 0, bytes -> new byte[0]);
    Path cut = rewritten("cut", 1, 1, bytes -> Arrays.copyOf(bytes, bytes.length - 1));
    for (Path corrupt : List.of(missing, cut)) {
      tearEnd(corrupt);
      assertThat(assertRefusedUnchanged(corrupt, CONFIG))
          .isInstanceOf(LogCorruptException.class)
          .hasMessageContaining("./quorate txlog list " + corrupt)
          .hasMessageContaining("./quorate wal verify " + corrupt);
    }
  }

  @Test
  void a_record_larger_than_the_configuration_allows() throws Exception {
    Path directory = written("large");
    tearEnd(directory);
    FileLogConfig smaller = CONFIG.withWal(CONFIG.wal().recordBytesMax(8000));
    assertThat(assertRefusedUnchanged(directory, smaller))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("wal.recordBytesMax: 8000");
  }

  @Test
  void a_rotten_record_and_a_suspect_end() throws Exception {
    Path rotten = written("rotten");
    edit(
        segment(rotten),
        bytes -> {
          bytes[BLOCK + 48 + 5] ^= 1;
          return bytes;
        });
    Path suspect = written("suspect");
    edit(
        segment(suspect),
        bytes -> {
          Arrays.fill(bytes, usedBytes(bytes), usedBytes(bytes) + 48, (byte) 0x11);
          return bytes;
        });
    for (Path bad : List.of(rotten, suspect)) {
      Verdict verdict = bad.equals(rotten) ? Verdict.ROTTEN : Verdict.SUSPECT;
      assertThat(assertRefusedUnchanged(bad, CONFIG))
          .isInstanceOf(LogCorruptException.class)
          .hasMessageContaining(verdict.name());
    }
  }

  @Test
  void a_newer_format_of_the_write_ahead_log() throws Exception {
    Path directory = written("newer-wal");
    tearEnd(directory);
    edit(
        segment(directory),
        bytes -> {
          ByteBuffer block = ByteBuffer.wrap(bytes);
          for (int at = 0; at < BLOCK; at += BLOCK / 2) {
            block.putInt(at + 8, 2);
            CRC32C crc = new CRC32C();
            crc.update(bytes, at, 44);
            block.putInt(at + 44, (int) crc.getValue());
          }
          return bytes;
        });
    assertThat(assertRefusedUnchanged(directory, CONFIG))
        .isInstanceOf(WalFormatException.class)
        .hasMessageContaining("format version 2");
    assertThatThrownBy(() -> WriteAheadLog.open(directory, CONFIG.wal()))
        .isInstanceOf(WalFormatException.class);
  }
}
