package io.quorate.core.wal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * A directory of a local file system.
 *
 * <p>{@code force} is {@code fdatasync}. The lock is the operating system's lock on one byte far
 * behind the owner's name: the kernel drops it with the process, and the name stays readable where
 * locks are mandatory. Network file systems whose locks or syncs do not reach the server void the
 * log's promises.
 */
public final class FileSystemDisk implements Disk {
  private static final long LOCK_OFFSET = 1L << 62;
  private static final int OWNER_BYTES_MAX = 1024;

  /**
   * The lock files this process holds, each with its owner's text. POSIX ties a lock to the process
   * and drops it when the process closes <em>any</em> channel of the file, so a second opener must
   * be turned away before it opens the file: only the process as a whole can know.
   */
  private static final ConcurrentHashMap<Path, String> OWNED_HERE = new ConcurrentHashMap<>();

  private final Path directory;

  public FileSystemDisk(Path directory) {
    this.directory = requireNonNull(directory, "directory").toAbsolutePath().normalize();
  }

  @Override
  public String describe() {
    return directory.toString();
  }

  @Override
  public void createDirectory() throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    if (Files.exists(directory)) {
      throw new NotDirectoryException(directory.toString());
    }
    Path parent = directory;
    List<Path> missing = new ArrayList<>();
    while (parent != null && !Files.exists(parent)) {
      missing.add(parent);
      parent = parent.getParent();
    }
    Files.createDirectories(directory);
    for (Path made : missing) {
      Path holder = made.getParent();
      if (holder != null) {
        sync(holder);
      }
    }
  }

  @Override
  public List<String> list() throws IOException {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Override
  public DiskFile create(String name) throws IOException {
    return new FileSystemFile(directory.resolve(name), true, true);
  }

  @Override
  public DiskFile open(String name) throws IOException {
    return new FileSystemFile(directory.resolve(name), true, false);
  }

  @Override
  public DiskFile openForReading(String name) throws IOException {
    return new FileSystemFile(directory.resolve(name), false, false);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Files.move(directory.resolve(from), directory.resolve(to), StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void delete(String name) throws IOException {
    Files.delete(directory.resolve(name));
  }

  @Override
  public void syncDirectory() throws IOException {
    sync(directory);
  }

  private static void sync(Path directory) throws IOException {
    if (File.separatorChar == '\\') {
      return; // Windows cannot open a directory; NTFS journals names in order.
    }
    try (FileChannel channel = FileChannel.open(directory, READ)) {
      channel.force(true);
    }
  }

  @Override
  public long usableBytes() throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }

  @Override
  public AutoCloseable lock(String name, String owner) throws IOException {
    Path file = directory.toRealPath().resolve(name);
    requireNotMine(file, owner);
    FileChannel channel = null;
    boolean locked = false;
    try {
      channel = FileChannel.open(file, CREATE, READ, WRITE);
      if (channel.tryLock(LOCK_OFFSET, 1, false) == null) {
        throw new DiskOwnedException(ownerIn(channel));
      }
      name(channel, owner);
      locked = true;
    } finally {
      if (!locked) {
        OWNED_HERE.remove(file);
        if (channel != null) {
          channel.close();
        }
      }
    }
    FileChannel held = channel;
    return () -> {
      held.close();
      OWNED_HERE.remove(file);
    };
  }

  /**
   * Leaves the owner's name, if there is room for it: a full disk is when a log most needs to be
   * opened. Without room the name of an owner before is removed, so that nobody is told a wrong
   * one.
   */
  static void name(FileChannel channel, String owner) throws IOException {
    byte[] bytes = (owner.replace('\n', ' ') + '\n').getBytes(UTF_8);
    try {
      ByteBuffer text = ByteBuffer.wrap(bytes);
      while (text.hasRemaining()) {
        channel.write(text, text.position()); // Over the name before: that takes no more room.
      }
      channel.truncate(bytes.length);
    } catch (IOException noRoom) {
      try {
        channel.truncate(0);
      } catch (IOException e) {
        e.addSuppressed(noRoom);
        throw e;
      }
    }
  }

  private static void requireNotMine(Path file, String owner) throws DiskOwnedException {
    String mine = OWNED_HERE.putIfAbsent(file, owner);
    if (mine != null) {
      throw new DiskOwnedException(mine);
    }
  }

  @Override
  public void requireUnowned(String name) throws IOException {
    Path file = directory.toRealPath().resolve(name);
    String mine = OWNED_HERE.get(file);
    if (mine != null) {
      throw new DiskOwnedException(mine);
    }
    try (FileChannel channel = FileChannel.open(file, READ)) {
      if (channel.tryLock(LOCK_OFFSET, 1, true) == null) {
        throw new DiskOwnedException(ownerIn(channel));
      }
    } catch (NoSuchFileException never) {
      return; // No owner has been here.
    }
  }

  static String ownerIn(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(OWNER_BYTES_MAX);
    channel.read(text, 0);
    // Behind its line may stand, for a moment, what is left of a longer name before it.
    String owner = UTF_8.decode(text.flip()).toString().lines().findFirst().orElse("").strip();
    return owner.isEmpty() ? "a process that has not named itself" : owner;
  }
}
