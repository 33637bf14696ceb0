package io.quorate.testkit.log;

import io.quorate.core.tx.log.TransactionLog;
import io.quorate.core.tx.log.file.FileLogConfig;
import io.quorate.core.tx.log.file.FileTransactionLog;
import io.quorate.core.wal.WalConfig;
import io.quorate.core.wal.WriteAheadLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * Real directories. The death of a process leaves what the kernel has been given: the directory is
 * copied as it is at that moment, and the next life goes on in the copy.
 */
final class FileLogHome implements LogHome {
  private final Path root;
  private final FileLogConfig config;
  private final AtomicLong nanos = new AtomicLong(77);
  private final AtomicReference<Instant> wall =
      new AtomicReference<>(Instant.parse("2026-03-01T12:00:00Z"));
  private Path directory;
  private int lives;

  FileLogHome(Path root, FileLogConfig config) {
    this.root = root;
    this.config = config;
    this.directory = root.resolve("life-0");
  }

  /** Segments of 8 MiB, no demand on the disk's free space. */
  static FileLogConfig small() {
    return FileLogConfig.defaults()
        .withWal(WalConfig.defaults().segmentBytes(8 << 20).freeBytesMin(0));
  }

  Path directory() {
    return directory;
  }

  @Override
  public TransactionLog open() {
    return FileTransactionLog.open(
        WriteAheadLog.open(directory, config.wal()),
        directory.toString(),
        config,
        nanos::get,
        wall::get,
        task -> Thread.ofVirtual().start(task));
  }

  @Override
  public void crash(TransactionLog log) throws IOException {
    Path left = directory;
    do {
      directory = Files.createDirectory(root.resolve("life-" + ++lives));
    } while (!copied(left, directory));
    log.close();
  }

  /** False where a checkpoint changed the directory meanwhile: no process saw such a state. */
  private static boolean copied(Path from, Path to) throws IOException {
    List<Path> before = files(from);
    try {
      for (Path file : before) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    } catch (NoSuchFileException gone) {
      return false;
    }
    return files(from).equals(before);
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  @Override
  public void advance(Duration by) {
    nanos.addAndGet(by.toNanos());
    wall.updateAndGet(now -> now.plus(by));
  }

  @Override
  public void jumpWallClock(Duration by) {
    wall.updateAndGet(now -> now.plus(by));
  }

  @Override
  public boolean leases() {
    return false;
  }

  @Override
  public boolean manyOpen() {
    return false;
  }

  @Override
  public void close() {
    // The directories are the test's.
  }
}
