package io.quorate.raftsim.soak.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.core.wal.DiskFile;
import io.quorate.core.wal.FileSystemDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SlowDiskTest {
  @TempDir Path directory;

  @Test
  void a_force_waits_while_the_disk_is_slow_and_goes_on_when_it_is_not() throws Exception {
    SlowDisk disk = new SlowDisk(new FileSystemDisk(directory));
    try (DiskFile file = disk.create("a")) {
      disk.delay(Duration.ofDays(1));
      Thread forces = Thread.ofPlatform().start(() -> force(file));
      while (forces.getState() != Thread.State.TIMED_WAITING) {
        assertThat(forces.isAlive()).isTrue();
        Thread.onSpinWait();
      }
      disk.delay(Duration.ZERO);
      forces.join();
      file.force();
    }
  }

  @Test
  void what_a_slow_disk_is_given_it_holds() throws IOException {
    SlowDisk disk = new SlowDisk(new FileSystemDisk(directory));
    disk.delay(Duration.ofMillis(1));
    try (DiskFile file = disk.create("a")) {
      file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 0);
      file.force();
      disk.syncDirectory();
    }
    try (DiskFile file = disk.open("a")) {
      assertThat(file.size()).isEqualTo(3);
    }
    assertThat(disk.list()).containsExactly("a");
  }

  private static void force(DiskFile file) {
    try {
      file.force();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
