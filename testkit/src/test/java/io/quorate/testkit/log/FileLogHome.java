package io.quorate.testkit.log;

import io.quorate.core.tx.log.TransactionLog;
import io.quorate.core.tx.log.file.FileLogConfig;
import io.quorate.core.tx.log.file.FileTransactionLog;
import io.quorate.core.wal.WalConfig;
import io.quorate.core.wal.WriteAheadLog;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

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
    directory = Files.createDirectory(root.resolve("life-" + ++lives));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(left)) {
      for (Path file : files) {
        Files.copy(file, directory.resolve(file.getFileName()));
      }
    }
    log.close();
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
