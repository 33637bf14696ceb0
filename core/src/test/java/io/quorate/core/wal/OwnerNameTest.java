package io.quorate.core.wal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who owns a log is written down for people if there is room, and never wrongly. */
class OwnerNameTest {
  @TempDir Path dir;

  private static final String OLD = "pid 123456 on a host with a long name since long ago";
  private static final String NEW = "pid 7 on h";

  /** A file on a disk that takes so many bytes more. */
  private static final class Full extends FileChannel {
    private final FileChannel file;
    private final int room;
    private final boolean broken;

    Full(FileChannel file, int room, boolean broken) {
      this.file = file;
      this.room = room;
      this.broken = broken;
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
      int fits = (int) Math.min(source.remaining(), room - position);
      if (fits <= 0) {
        throw new IOException("No space left on device");
      }
      ByteBuffer part = source.slice(source.position(), fits);
      int written = file.write(part, position);
      source.position(source.position() + written);
      return written;
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
      if (broken) {
        throw new IOException("Input/output error");
      }
      file.truncate(size);
      return this;
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      return file.read(target, position);
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    protected void implCloseChannel() throws IOException {
      file.close();
    }

    private static UnsupportedOperationException unused() {
      return new UnsupportedOperationException("not used here");
    }

    @Override
    public int read(ByteBuffer target) {
      throw unused();
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
      throw unused();
    }

    @Override
    public int write(ByteBuffer source) {
      throw unused();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
      throw unused();
    }

    @Override
    public long position() {
      throw unused();
    }

    @Override
    public FileChannel position(long position) {
      throw unused();
    }

    @Override
    public void force(boolean metaData) {
      throw unused();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
      throw unused();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
      throw unused();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
      throw unused();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
      throw unused();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
      throw unused();
    }
  }

  private Full lockFile(int room, boolean broken) throws IOException {
    Path file = Files.writeString(dir.resolve("lock"), OLD + "\n");
    return new Full(FileChannel.open(file, READ, WRITE), room, broken);
  }

  @Test
  void a_shorter_name_replaces_a_longer_one() throws IOException {
    try (Full file = lockFile(1000, false)) {
      FileSystemDisk.name(file, NEW);
      assertThat(FileSystemDisk.ownerIn(file)).isEqualTo(NEW);
      assertThat(dir.resolve("lock")).hasContent(NEW + "\n");
    }
  }

  @Test
  void what_is_left_of_a_longer_name_is_not_shown() throws IOException {
    try (Full file = lockFile(1000, false)) {
      file.write(UTF_8.encode(NEW + "\n"), 0);
      assertThat(FileSystemDisk.ownerIn(file)).isEqualTo(NEW);
    }
  }

  @Test
  void where_a_name_finds_no_room_nobody_is_named() throws IOException {
    for (int room = 0; room <= NEW.length(); room++) {
      try (Full file = lockFile(room, false)) {
        FileSystemDisk.name(file, NEW);
        assertThat(FileSystemDisk.ownerIn(file)).isEqualTo("a process that has not named itself");
      }
    }
  }

  @Test
  void a_name_that_can_be_neither_replaced_nor_removed_is_an_error() throws IOException {
    try (Full file = lockFile(0, true)) {
      assertThatThrownBy(() -> FileSystemDisk.name(file, NEW))
          .isInstanceOf(IOException.class)
          .hasMessage("Input/output error")
          .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    }
  }

  @Test
  void a_log_whose_lock_file_takes_no_byte_opens_all_the_same() throws IOException {
    Path full = Path.of("/dev/full"); // Every write to it fails as on a full disk.
    assumeTrue(Files.isWritable(full), "only Linux has /dev/full");
    WalConfig config = WalConfig.defaults().segmentBytes(64 << 10).freeBytesMin(0);
    try (WriteAheadLog log = WriteAheadLog.open(dir, config)) {
      log.awaitDurable(log.append(1, 0, 5, 0, new byte[10], true));
    }
    Files.delete(dir.resolve("owner.lock"));
    Files.createSymbolicLink(dir.resolve("owner.lock"), full);
    try (WriteAheadLog log = WriteAheadLog.open(dir, config)) {
      assertThat(log.recovery().records()).isEqualTo(1);
      assertThatThrownBy(() -> WriteAheadLog.open(dir, config))
          .isInstanceOf(WalOwnedException.class);
    } finally {
      Files.delete(dir.resolve("owner.lock"));
    }
  }
}
