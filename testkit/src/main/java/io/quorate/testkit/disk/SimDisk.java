package io.quorate.testkit.disk;

import static java.util.Objects.requireNonNull;

import io.quorate.core.wal.Disk;
import io.quorate.core.wal.DiskFile;
import io.quorate.core.wal.DiskOwnedException;
import io.quorate.testkit.disk.Operation.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that knows what a power loss may take.
 *
 * <p><b>What survives {@link #afterPowerLoss}.</b> Bytes that were forced. Of those written since,
 * any subset of the 512-byte sectors, each with any of the contents it had since the last force; of
 * a file that grew, the old size or the new. Names as of the last {@link #syncDirectory}; of the
 * changes since, any subset, in their order. A sector, and a rename, is atomic.
 *
 * <p><b>What goes wrong before</b> is the {@link FaultPlan}'s: errors, lies, stalls, the power
 * going in the middle of a write. {@link #flip} rots a bit, {@link #capacityBytes} fills the disk.
 *
 * <p>Deterministic: the same calls, plan and choices give the same bytes. Safe for use by many
 * threads; then the order of the calls is theirs.
 */
public final class SimDisk implements Disk {

  /** A change to the directory that is not durable yet; does nothing where it does not apply. */
  @FunctionalInterface
  private interface NameChange {
    void apply(Map<String, SimFile> names);
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, SimFile> names = new TreeMap<>();
  private final Map<String, SimFile> durableNames = new TreeMap<>();
  private final List<NameChange> unsynced = new ArrayList<>();
  private final List<Operation> operations = new ArrayList<>();
  private final Map<Kind, Integer> ordinals = new EnumMap<>(Kind.class);
  private FaultPlan plan = FaultPlan.none();
  private long capacityBytes = Long.MAX_VALUE;
  private int changes;
  private boolean off;
  private @Nullable String owner;

  /** An empty disk. */
  public SimDisk() {}

  /** Decides from now on what goes wrong; counting goes on. */
  public void plan(FaultPlan plan) {
    locked(() -> this.plan = requireNonNull(plan, "plan"));
  }

  /** Writes that would make the files larger than this in all fail as with ENOSPC. */
  public void capacityBytes(long capacityBytes) {
    locked(() -> this.capacityBytes = capacityBytes);
  }

  /** Everything that was asked, in order. */
  public List<Operation> operations() {
    lock.lock();
    try {
      return List.copyOf(operations);
    } finally {
      lock.unlock();
    }
  }

  /** How many changes were asked for: the {@link Operation#index} of the next one. */
  public int changes() {
    lock.lock();
    try {
      return changes;
    } finally {
      lock.unlock();
    }
  }

  /** A copy of a file's bytes, as they would be read now. */
  public byte[] contents(String name) {
    lock.lock();
    try {
      SimFile file = names.get(name);
      if (file == null) {
        throw new IllegalArgumentException(
            "name: " + name + " (expected: one of " + names.keySet());
      }
      return file.contents();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Rots one bit, as read now and after a power loss.
   *
   * @param bit 0 to 7
   */
  public void flip(String name, long offset, int bit) {
    locked(() -> requireNonNull(names.get(name), name).flip(offset, bit));
  }

  /**
   * What the next start finds when the machine loses power now. This disk fails from now on.
   *
   * @param choices decides what survives of what was not made durable
   */
  public SimDisk afterPowerLoss(Choices choices) {
    lock.lock();
    try {
      off = true;
      Map<String, SimFile> left = new TreeMap<>(durableNames);
      for (NameChange change : unsynced) {
        if (choices.pick(2) == 1) {
          change.apply(left);
        }
      }
      SimDisk after = new SimDisk();
      left.forEach((name, file) -> after.names.put(name, file.survivor(choices)));
      after.durableNames.putAll(after.names);
      after.capacityBytes = capacityBytes;
      return after;
    } finally {
      lock.unlock();
    }
  }

  /**
   * What the next process finds when this one is killed now and the machine goes on: all that was
   * written, none of it more durable than before. This disk fails from now on.
   */
  public SimDisk afterProcessDeath() {
    lock.lock();
    try {
      off = true;
      return copied();
    } finally {
      lock.unlock();
    }
  }

  /** The same state of a machine that goes on; this disk goes on as well. */
  public SimDisk copy() {
    lock.lock();
    try {
      return copied();
    } finally {
      lock.unlock();
    }
  }

  private SimDisk copied() {
    SimDisk copy = new SimDisk();
    Map<SimFile, SimFile> twins = new HashMap<>();
    names.forEach((name, file) -> copy.names.put(name, twins.computeIfAbsent(file, SimFile::copy)));
    durableNames.forEach(
        (name, file) -> copy.durableNames.put(name, twins.computeIfAbsent(file, SimFile::copy)));
    for (NameChange change : unsynced) {
      copy.unsynced.add(change instanceof Created made ? made.twin(twins) : change);
    }
    copy.capacityBytes = capacityBytes;
    return copy;
  }

  /** A new name: the one change that holds on to a file. */
  private record Created(String name, SimFile file) implements NameChange {
    @Override
    public void apply(Map<String, SimFile> names) {
      names.put(name, file);
    }

    Created twin(Map<SimFile, SimFile> twins) {
      return new Created(name, twins.computeIfAbsent(file, SimFile::copy));
    }
  }

  @Override
  public String describe() {
    return "sim";
  }

  @Override
  public void createDirectory() throws IOException {
    requirePower();
  }

  @Override
  public List<String> list() throws IOException {
    requirePower();
    lock.lock();
    try {
      return List.copyOf(names.keySet());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public DiskFile create(String name) throws IOException {
    perform(
        Kind.CREATE,
        name,
        () -> {
          SimFile file = new SimFile();
          if (names.putIfAbsent(name, file) != null) {
            throw new FileAlreadyExistsException(name);
          }
          unsynced.add(new Created(name, file));
        });
    return open(name);
  }

  @Override
  public DiskFile open(String name) throws IOException {
    requirePower();
    lock.lock();
    try {
      SimFile file = names.get(name);
      if (file == null) {
        throw new NoSuchFileException(name);
      }
      return new Handle(name, file);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public DiskFile openForReading(String name) throws IOException {
    return open(name);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    NameChange change =
        left -> {
          SimFile file = left.remove(from);
          if (file != null) {
            left.put(to, file);
          }
        };
    perform(Kind.RENAME, from, () -> change(from, change));
  }

  @Override
  public void delete(String name) throws IOException {
    perform(Kind.DELETE, name, () -> change(name, left -> left.remove(name)));
  }

  private void change(String name, NameChange change) throws NoSuchFileException {
    if (!names.containsKey(name)) {
      throw new NoSuchFileException(name);
    }
    change.apply(names);
    unsynced.add(change);
  }

  @Override
  public void syncDirectory() throws IOException {
    if (admit(Kind.SYNC_DIRECTORY, "", 0, 0) instanceof Fault.Lie) {
      return;
    }
    locked(
        () -> {
          durableNames.clear();
          durableNames.putAll(names);
          unsynced.clear();
        });
  }

  @Override
  public long usableBytes() throws IOException {
    requirePower();
    lock.lock();
    try {
      return capacityBytes - usedBytes();
    } finally {
      lock.unlock();
    }
  }

  private long usedBytes() {
    return names.values().stream().mapToLong(SimFile::size).sum();
  }

  @Override
  public AutoCloseable lock(String name, String owner) throws IOException {
    requirePower();
    lock.lock();
    try {
      requireUnowned(name);
      this.owner = owner;
    } finally {
      lock.unlock();
    }
    return () -> locked(() -> this.owner = null);
  }

  @Override
  public void requireUnowned(String name) throws IOException {
    String living = owner;
    if (living != null) {
      throw new DiskOwnedException(living);
    }
  }

  private void requirePower() throws IOException {
    if (off) {
      throw new IOException("the power is off");
    }
  }

  @FunctionalInterface
  private interface Change {
    void run() throws IOException;
  }

  private void perform(Kind kind, String file, Change change) throws IOException {
    Fault unused = admit(kind, file, 0, 0);
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }

  /** Records the request and does to it what the plan says; returns if it is to happen. */
  private Fault admit(Kind kind, String file, long offset, int bytes) throws IOException {
    Fault fault = decide(kind, file, offset, bytes);
    switch (fault) {
      case Fault.None ignored -> {}
      case Fault.Lie ignored -> {}
      case Fault.Stall stall -> awaitUninterruptibly(stall);
      case Fault.Fail ignored -> {
        if (kind != Kind.WRITE && kind != Kind.FORCE) {
          throw new IOException("input/output error at " + kind + " " + file);
        }
      }
      case Fault.PowerLoss ignored -> {
        locked(() -> off = true);
        if (kind != Kind.WRITE) {
          requirePower();
        }
      }
    }
    return fault;
  }

  private Fault decide(Kind kind, String file, long offset, int bytes) throws IOException {
    lock.lock();
    try {
      requirePower();
      int ordinal = ordinals.merge(kind, 1, Integer::sum) - 1;
      int index = kind == Kind.READ ? -1 : changes++;
      Operation operation = new Operation(index, kind, ordinal, file, offset, bytes);
      operations.add(operation);
      return plan.faultAt(operation);
    } finally {
      lock.unlock();
    }
  }

  private static void awaitUninterruptibly(Fault.Stall stall) {
    boolean interrupted = false;
    for (; ; ) {
      try {
        stall.until().await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }

  /** An open file. */
  private final class Handle implements DiskFile {
    private final String opened;
    private final SimFile file;

    Handle(String opened, SimFile file) {
      this.opened = opened;
      this.file = file;
    }

    /** What the file is called now; what it was called if the name is gone. */
    private String name() {
      lock.lock();
      try {
        return names.entrySet().stream()
            .filter(entry -> entry.getValue() == file)
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse(opened);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public int read(ByteBuffer target, long offset) throws IOException {
      if (admit(Kind.READ, name(), offset, target.remaining()) instanceof Fault.Fail) {
        throw new IOException("input/output error at READ " + name());
      }
      lock.lock();
      try {
        return file.read(target, offset);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void write(ByteBuffer source, long offset) throws IOException {
      int length = source.remaining();
      Fault fault = admit(Kind.WRITE, name(), offset, length);
      int kept =
          switch (fault) {
            case Fault.Fail fail -> Math.min(length, fail.keptBytes());
            case Fault.PowerLoss loss -> Math.min(length, loss.keptBytes());
            case Fault.None ignored -> length;
            case Fault.Lie ignored -> length;
            case Fault.Stall ignored -> length;
          };
      lock.lock();
      try {
        long growth = Math.max(0, offset + kept - file.size());
        long room = capacityBytes - usedBytes();
        int fits = growth <= room ? kept : (int) Math.max(0, kept - (growth - room));
        file.write(source, offset, fits);
        if (fits < kept) {
          throw new IOException("No space left on device");
        }
      } finally {
        lock.unlock();
      }
      if (kept < length || fault instanceof Fault.Fail) {
        throw new IOException("input/output error at WRITE " + name());
      }
      requirePower();
    }

    @Override
    public void force() throws IOException {
      Fault fault = admit(Kind.FORCE, name(), 0, 0);
      if (fault instanceof Fault.Lie) {
        return;
      }
      if (fault instanceof Fault.Fail) {
        locked(file::failForce);
        throw new IOException("input/output error at FORCE " + name());
      }
      locked(file::force);
    }

    @Override
    public long size() throws IOException {
      requirePower();
      lock.lock();
      try {
        return file.size();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      // The state is the disk's; a handle holds nothing.
    }
  }
}
