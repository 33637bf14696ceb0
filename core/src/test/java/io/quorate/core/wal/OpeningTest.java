package io.quorate.core.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What opening a directory can meet. */
class OpeningTest {
  @TempDir Path dir;

  private final WalConfig config = WalConfig.defaults().segmentBytes(64 << 10).freeBytesMin(0);

  /** A process of its own that appends until it is killed, and says what it was acknowledged. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws IOException {
      WalConfig config = WalConfig.defaults().segmentBytes(64 << 10).freeBytesMin(0);
      try (WriteAheadLog log = WriteAheadLog.open(Path.of(args[0]), config)) {
        for (long i = 0; ; i++) {
          log.awaitDurable(log.append(1, 0, i, 0, new byte[100], true));
          System.out.println(i);
        }
      } catch (WalOwnedException e) {
        System.out.println("refused: " + e.owner());
      }
    }
  }

  private static Process fork(Path dir) throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-cp",
            System.getProperty("java.class.path"),
            Holder.class.getName(),
            dir.toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static BufferedReader output(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  @Test
  void a_second_owner_in_this_process_is_refused_by_any_path() throws Exception {
    Path alias = dir.resolve("alias");
    Path real = dir.resolve("real");
    Files.createDirectory(real);
    Files.createSymbolicLink(alias, real);
    try (WriteAheadLog log = WriteAheadLog.open(real, config)) {
      for (Path path : List.of(real, alias, real.resolve("..").resolve("real"))) {
        assertThatThrownBy(() -> WriteAheadLog.open(path, config))
            .isInstanceOf(WalOwnedException.class)
            .hasMessageContaining("pid " + ProcessHandle.current().pid() + " on ")
            .hasMessageContaining(" since 2");
      }
      // The refused attempts have not dropped the lock that other processes see.
      Process other = fork(real);
      assertThat(output(other).readLine())
          .startsWith("refused: pid " + ProcessHandle.current().pid() + " on ");
      assertThat(other.waitFor()).isZero();
      log.awaitDurable(log.append(1, 0, 0, 0, new byte[1], true));
    }
    WriteAheadLog.open(alias, config).close();
  }

  @Test
  void a_killed_owner_leaves_a_log_that_opens_with_all_it_was_acknowledged() throws Exception {
    Process holder = fork(dir);
    BufferedReader output = output(holder);
    String line = output.readLine();
    assertThatThrownBy(() -> WriteAheadLog.open(dir, config))
        .isInstanceOf(WalOwnedException.class)
        .hasMessageContaining("pid " + holder.pid() + " on ");
    while (Long.parseLong(line) < 200) {
      line = output.readLine();
    }
    holder.toHandle().destroyForcibly(); // Unlike the process's own, it leaves its output readable.
    long acknowledged = Long.parseLong(line);
    for (String more = output.readLine(); more != null; more = output.readLine()) {
      acknowledged = Math.max(acknowledged, Long.parseLong("0" + more)); // The last may be cut.
    }
    holder.waitFor();
    try (WriteAheadLog log = WriteAheadLog.open(dir, config)) {
      List<Long> found = new ArrayList<>();
      log.replay(0, each -> found.add(each.word0()));
      assertThat((long) found.size()).isGreaterThan(acknowledged);
      for (int i = 0; i < found.size(); i++) {
        assertThat(found.get(i)).isEqualTo(i);
      }
    }
  }

  @Test
  void a_file_in_place_of_the_directory_is_named_and_kept() throws IOException {
    Path file = Files.writeString(dir.resolve("log"), "mine");
    assertThatThrownBy(() -> WriteAheadLog.open(file, config))
        .isInstanceOf(WalUnavailableException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("expected: a directory that can be read and written");
    assertThat(file).hasContent("mine");
  }

  @Test
  void a_directory_that_cannot_be_written_is_named() throws IOException {
    Files.createDirectory(dir.resolve("owner.lock")); // Stops even a superuser.
    assertThatThrownBy(() -> WriteAheadLog.open(dir, config))
        .isInstanceOf(WalUnavailableException.class)
        .hasMessageContaining(dir.toString());
    try (var files = Files.list(dir)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void a_directory_in_which_even_a_superuser_may_not_write_is_named_with_the_remedy() {
    Path sealed = Path.of("/sys/kernel");
    assumeTrue(Files.isDirectory(sealed), "only Linux has a directory that binds everybody");
    for (Path path : List.of(sealed, sealed.resolve("quorate"), sealed.resolve("quorate/log"))) {
      assertThatThrownBy(() -> WriteAheadLog.open(path, config))
          .isInstanceOf(WalUnavailableException.class)
          .hasMessageContaining(path.toString())
          .hasMessageContaining("expected: a directory that can be read and written")
          .hasMessageContaining("put it right and open again");
    }
  }

  @Test
  void a_directory_without_the_right_to_write_is_named_and_can_be_put_right() throws IOException {
    try (WriteAheadLog log = WriteAheadLog.open(dir, config)) {
      log.append(1, 0, 0, 0, new byte[9], true);
    }
    Files.delete(dir.resolve("owner.lock"));
    Set<PosixFilePermission> before = Files.getPosixFilePermissions(dir);
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("r-xr-xr-x"));
    try {
      assumeFalse(Files.isWritable(dir), "permissions do not bind this user");
      assertThatThrownBy(() -> WriteAheadLog.open(dir, config))
          .isInstanceOf(WalUnavailableException.class)
          .hasMessageContaining(dir.toString())
          .hasMessageContaining("AccessDenied")
          .hasMessageContaining("put it right and open again");
    } finally {
      Files.setPosixFilePermissions(dir, before);
    }
    try (WriteAheadLog log = WriteAheadLog.open(dir, config)) {
      assertThat(log.recovery().records()).isEqualTo(1);
    }
  }

  @Test
  void a_disk_without_room_for_a_first_segment_is_full_and_left_empty() throws IOException {
    assertThatThrownBy(() -> WriteAheadLog.open(dir, config.freeBytesMin(Long.MAX_VALUE / 2)))
        .isInstanceOf(WalFullException.class)
        .hasMessageContaining("freeBytesMin keeps");
    WriteAheadLog.open(dir, config).close();
  }

  @Test
  void what_a_crash_or_a_person_left_in_the_directory_does_no_harm() throws IOException {
    Files.write(dir.resolve("spare.tmp"), new byte[1000]);
    Files.write(dir.resolve("spare"), new byte[77]);
    Files.writeString(dir.resolve("notes.txt"), "mine");
    Files.writeString(dir.resolve("0123.wal"), "not a segment's name");
    try (WriteAheadLog log = WriteAheadLog.open(dir, config)) {
      log.awaitDurable(log.append(1, 0, 0, 0, new byte[9], true));
    }
    try (WriteAheadLog log = WriteAheadLog.open(dir, config)) {
      assertThat(log.recovery().records()).isEqualTo(1);
    }
    assertThat(dir.resolve("notes.txt")).hasContent("mine");
    assertThat(dir.resolve("spare.tmp")).doesNotExist();
  }

  @Test
  void a_log_goes_on_with_segments_of_another_size() {
    List<Long> ends = new ArrayList<>();
    for (int bytes : List.of(64 << 10, 1 << 20, 32 << 10, 1 << 20)) {
      WalConfig other = WalConfig.defaults().segmentBytes(bytes).freeBytesMin(0);
      try (WriteAheadLog log = WriteAheadLog.open(dir, other)) {
        for (int i = 0; i < 10; i++) {
          ends.add(log.append(1, 0, 0, 0, new byte[other.recordBytesMax()], false));
        }
      }
    }
    try (WriteAheadLog log = WriteAheadLog.open(dir, config)) {
      List<Long> found = new ArrayList<>();
      log.replay(0, each -> found.add(each.end()));
      assertThat(found).isEqualTo(ends);
    }
  }

  @Test
  void a_record_too_large_for_an_empty_older_segment_goes_to_the_next() {
    WriteAheadLog.open(dir, WalConfig.defaults().segmentBytes(8 << 10).freeBytesMin(0)).close();
    try (WriteAheadLog log = WriteAheadLog.open(dir, config)) {
      log.awaitDurable(log.append(1, 0, 5, 0, new byte[config.recordBytesMax()], true));
    }
    try (WriteAheadLog log = WriteAheadLog.open(dir, config)) {
      assertThat(log.recovery().verdict()).isEqualTo(Recovery.Verdict.CLEAN);
      assertThat(log.recovery().records()).isEqualTo(1);
    }
  }
}
