package io.quorate.testkit.log;

import static io.quorate.testkit.log.TestRecords.begin;
import static io.quorate.testkit.log.TestRecords.tx;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.log.TransactionLog;
import io.quorate.core.tx.log.file.FileLogConfig;
import io.quorate.core.tx.log.file.FileTransactionLog;
import io.quorate.core.wal.WalConfig;
import io.quorate.core.wal.WalOwnedException;
import io.quorate.core.wal.WalUnavailableException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory that cannot be used is named, and what to do about it. */
class FileLogUnusableTest {
  @TempDir Path dir;

  private static final FileLogConfig CONFIG =
      FileLogConfig.defaults().withWal(WalConfig.defaults().segmentBytes(64 << 10).freeBytesMin(0));

  /** A process of its own that owns a log until its input ends. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws IOException {
      FileTransactionLog log = FileTransactionLog.open(Path.of(args[0]), CONFIG);
      System.out.println("open");
      while (System.in.read() >= 0) {
        Thread.onSpinWait();
      }
      log.close();
    }
  }

  private static void write(Path directory) throws Exception {
    try (TransactionLog log = FileTransactionLog.open(directory, CONFIG)) {
      Epoch epoch = log.acquire("node-1", Duration.ofSeconds(10));
      log.append(epoch, List.of(begin(tx("a"))));
    }
  }

  @Test
  void a_directory_in_which_even_a_superuser_may_not_write() {
    Path sealed = Path.of("/sys/kernel");
    assumeTrue(Files.isDirectory(sealed), "only Linux has a directory that binds everybody");
    for (Path path : List.of(sealed, sealed.resolve("quorate"))) {
      assertThatThrownBy(() -> FileTransactionLog.open(path, CONFIG))
          .isInstanceOf(WalUnavailableException.class)
          .hasMessageContaining(path.toString())
          .hasMessageContaining("expected: a directory that can be read and written")
          .hasMessageContaining("put it right and open again");
    }
  }

  @Test
  void a_directory_without_the_right_to_write() throws Exception {
    write(dir);
    Files.delete(dir.resolve("owner.lock"));
    Set<PosixFilePermission> before = Files.getPosixFilePermissions(dir);
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("r-xr-xr-x"));
    try {
      assumeFalse(Files.isWritable(dir), "permissions do not bind this user");
      assertThatThrownBy(() -> FileTransactionLog.open(dir, CONFIG))
          .isInstanceOf(WalUnavailableException.class)
          .hasMessageContaining(dir.toString())
          .hasMessageContaining("put it right and open again");
    } finally {
      Files.setPosixFilePermissions(dir, before);
    }
    try (TransactionLog log = FileTransactionLog.open(dir, CONFIG)) {
      assertThat(log.read(tx("a"))).hasSize(1);
    }
  }

  @Test
  void a_directory_that_a_living_process_owns() throws Exception {
    write(dir);
    Process holder =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                dir.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(output.readLine()).isEqualTo("open");
      assertThatThrownBy(() -> FileTransactionLog.open(dir, CONFIG))
          .isInstanceOf(WalOwnedException.class)
          .hasMessageContaining(dir.toString())
          .hasMessageContaining("owned by pid " + holder.pid() + " on ")
          .hasMessageContaining("close it or stop that process");
    } finally {
      holder.getOutputStream().close();
    }
    assertThat(holder.waitFor()).isZero();
    try (TransactionLog log = FileTransactionLog.open(dir, CONFIG)) {
      assertThat(log.read(tx("a"))).hasSize(1);
    }
  }
}
