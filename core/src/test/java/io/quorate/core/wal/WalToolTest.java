package io.quorate.core.wal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WalToolTest {
  @TempDir Path dir;

  private final WalConfig config = WalConfig.defaults().segmentBytes(64 << 10).freeBytesMin(0);
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... args) {
    out.reset();
    err.reset();
    return WalTool.run(args, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
  }

  private void write() {
    try (WriteAheadLog log = WriteAheadLog.open(dir, config)) {
      log.append(7, 3, 1, 2, "hello".getBytes(UTF_8), true);
      log.append(8, 4, 0xAB, -1, new byte[20], false);
      log.append(9, 3, 5, 6, new byte[0], true);
    }
  }

  @Test
  void dump_prints_a_line_per_record_and_filters() {
    write();
    assertThat(run("dump", dir.toString())).isZero();
    assertThat(out.toString(UTF_8))
        .isEqualToNormalizingNewlines(
            """
            0..56 type=7 stream=3 words=1,2 5B 68656c6c6f
            56..128 type=8 stream=4 words=ab,ffffffffffffffff lazy 20B 00000000000000000000000000000000…
            128..176 type=9 stream=3 words=5,6 0B
            """);
    assertThat(run("dump", dir.toString(), "--from", "56", "--stream", "3")).isZero();
    assertThat(out.toString(UTF_8))
        .isEqualToNormalizingNewlines("128..176 type=9 stream=3 words=5,6 0B\n");
  }

  @Test
  void verify_tells_the_verdict_by_exit_code_and_changes_nothing() throws IOException {
    write();
    assertThat(run("verify", dir.toString())).isZero();
    assertThat(out.toString(UTF_8)).startsWith("CLEAN").contains("records 3");
    Path segment = dir.resolve("0000000000000000.wal");
    byte[] bytes = Files.readAllBytes(segment);
    bytes[4096 + 48] ^= 1;
    Files.write(segment, bytes);
    assertThat(run("verify", dir.toString())).isEqualTo(1);
    assertThat(out.toString(UTF_8))
        .startsWith("ROTTEN")
        .contains("ROTTEN 0..56 [Name[start=0, end=56, type=7, stream=3, word0=1, word1=2]]");
    assertThat(run("dump", dir.toString())).isEqualTo(1);
    assertThat(out.toString(UTF_8).lines().toList())
        .hasSize(3)
        .first()
        .asString()
        .startsWith("ROTTEN 0..56");
    assertThat(Files.readAllBytes(segment)).isEqualTo(bytes);
  }

  @Test
  void an_owned_log_a_missing_log_and_wrong_usage_are_told_apart_from_damage() {
    assertThat(run("verify", dir.toString())).isEqualTo(2);
    assertThat(err.toString(UTF_8)).contains("no log");
    assertThat(run("verify", dir.resolve("none").toString())).isEqualTo(2);
    assertThat(err.toString(UTF_8)).contains("not a directory");
    assertThat(run("verify")).isEqualTo(2);
    assertThat(run("verify", dir.toString(), "--from", "1")).isEqualTo(2);
    assertThat(run("dump", dir.toString(), "--stream", "65536")).isEqualTo(2);
    assertThat(err.toString(UTF_8)).contains("usage:");
    try (WriteAheadLog log = WriteAheadLog.open(dir, config)) {
      assertThat(log.durablePosition()).isZero();
      assertThat(run("verify", dir.toString())).isEqualTo(2);
      assertThat(err.toString(UTF_8)).contains("owned by pid");
    }
    assertThat(run("verify", dir.toString())).isZero();
  }
}
