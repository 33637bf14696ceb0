package io.quorate.core.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The byte tables of the README's "File format", built by hand: no code of the log is used. */
class FormatTest {
  private static final long SALT = 0x1122334455667788L;
  private static final int SEGMENT_BYTES = 8192;

  @TempDir Path dir;

  private final WalConfig config = WalConfig.defaults().segmentBytes(SEGMENT_BYTES).freeBytesMin(0);

  private static int crc(byte[]... parts) {
    CRC32C crc = new CRC32C();
    for (byte[] part : parts) {
      crc.update(part);
    }
    return (int) crc.getValue();
  }

  private interface Writing {
    void to(DataOutputStream out) throws IOException;
  }

  private static byte[] bytes(Writing writing) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    writing.to(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static byte[] headerCopy(int version) throws IOException {
    byte[] fields =
        bytes(
            out -> {
              out.write(new byte[] {'Q', 'W', 'A', 'L', 0x0D, 0x0A, 0x1A, 0x0A});
              out.writeInt(version);
              out.writeInt(SEGMENT_BYTES);
              out.writeLong(0);
              out.writeLong(SALT);
              out.write(new byte[12]);
            });
    return bytes(
        out -> {
          out.write(fields);
          out.writeInt(crc(fields));
        });
  }

  private static byte[] frame(
      long position, int sinceDurable, int flags, int type, int stream, byte[] payload)
      throws IOException {
    byte[] fields =
        bytes(
            out -> {
              out.writeInt(payload.length);
              out.writeLong(position);
              out.writeLong(0xA1L);
              out.writeLong(-2L);
              out.writeInt(crc(payload));
              out.writeInt(sinceDurable);
              out.writeShort(stream);
              out.writeByte(type);
              out.writeByte(flags);
              out.write(new byte[] {0, 0, 0});
              out.writeByte(0xA7);
            });
    return bytes(
        out -> {
          out.writeInt(crc(bytes(salt -> salt.writeLong(SALT)), fields));
          out.write(fields);
          out.write(payload);
          if (payload.length > 0) {
            out.write(new byte[7 - payload.length % 8]);
            out.writeByte(0xA7);
          }
        });
  }

  private static byte[] segment(int version, byte[]... frames) throws IOException {
    byte[] segment = new byte[SEGMENT_BYTES];
    byte[] header = headerCopy(version);
    System.arraycopy(header, 0, segment, 0, header.length);
    System.arraycopy(header, 0, segment, 2048, header.length);
    int at = 4096;
    for (byte[] frame : frames) {
      System.arraycopy(frame, 0, segment, at, frame.length);
      at += frame.length;
    }
    return segment;
  }

  @Test
  void bytes_laid_by_the_table_are_read() throws IOException {
    byte[] hello = {'h', 'e', 'l', 'l', 'o'};
    byte[] segment =
        segment(
            1,
            frame(0, 0, 1, 7, 65535, hello),
            frame(56, 56, 0, 255, 1, new byte[0]),
            frame(104, 0, 8, 0, 0, new byte[0]));
    Files.write(dir.resolve("0000000000000000.wal"), segment);
    try (WriteAheadLog log = WriteAheadLog.open(dir, config)) {
      assertThat(log.recovery())
          .isEqualTo(new Recovery(Recovery.Verdict.CLEAN, 0, 104, 152, 2, 0, List.of()));
      List<WalRecord> found = new ArrayList<>();
      log.replay(0, found::add);
      assertThat(found)
          .containsExactly(
              new WalRecord(0, 56, 7, 65535, 0xA1, -2, true, hello),
              new WalRecord(56, 104, 255, 1, 0xA1, -2, false, new byte[0]));
    }
    assertThat(Files.readAllBytes(dir.resolve("0000000000000000.wal")))
        .as("a clean log is not touched by opening and closing it")
        .isEqualTo(segment);
  }

  @Test
  void what_the_log_writes_is_what_the_table_says() throws IOException {
    WalRuntime runtime = new WalRuntime(() -> 0, () -> SALT, "a test", true);
    try (WriteAheadLog log = WriteAheadLog.open(new FileSystemDisk(dir), config, runtime)) {
      log.append(7, 65535, 0xA1, -2, new byte[] {1, 2, 3, 4, 5, 6, 7, 8}, true);
      log.append(255, 1, 0xA1, -2, new byte[0], false);
    }
    byte[] expected =
        segment(
            1,
            frame(0, 0, 1, 7, 65535, new byte[] {1, 2, 3, 4, 5, 6, 7, 8}),
            frame(64, 64, 0, 255, 1, new byte[0]));
    byte[] written = Files.readAllBytes(dir.resolve("0000000000000000.wal"));
    int seal = 4096 + 112;
    assertThat(Arrays.copyOf(written, seal)).isEqualTo(Arrays.copyOf(expected, seal));
    assertThat(written[seal + 43])
        .as("flags of the seal that a clean close leaves")
        .isEqualTo((byte) 8);
  }

  @Test
  void a_newer_version_is_refused_and_left_alone() throws IOException {
    byte[] segment = segment(2);
    Path file = dir.resolve("0000000000000000.wal");
    Files.write(file, segment);
    assertThatThrownBy(() -> WriteAheadLog.open(dir, config))
        .isInstanceOf(WalFormatException.class)
        .hasMessageContaining(dir.toString())
        .hasMessageContaining("0000000000000000.wal")
        .hasMessageContaining("format version 2 (expected: <= 1)");
    assertThat(Files.readAllBytes(file)).isEqualTo(segment);
  }
}
