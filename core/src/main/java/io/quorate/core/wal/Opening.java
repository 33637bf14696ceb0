package io.quorate.core.wal;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The steps from a directory to a log that can be written; each may refuse, in this order. Whether
 * the log is what its reader expects is decided before the first file of it is touched.
 */
final class Opening {
  final Disk disk;
  final WalConfig config;
  final WalRuntime runtime;
  final Housekeeper housekeeper;
  final SegmentStore store;

  boolean sealed;
  boolean hasSpare;
  private final Consumer<WalContents> judge;
  private @Nullable Recovery recovery;
  private @Nullable AutoCloseable ownership;
  private boolean refused;

  Opening(
      Disk disk,
      WalConfig config,
      WalRuntime runtime,
      Housekeeper housekeeper,
      Consumer<WalContents> judge) {
    this.disk = disk;
    this.config = config;
    this.runtime = runtime;
    this.housekeeper = housekeeper;
    this.judge = judge;
    this.store = new SegmentStore(disk, config);
  }

  Recovery recovery() {
    return requireNonNull(recovery);
  }

  AutoCloseable ownership() {
    return requireNonNull(ownership);
  }

  Opening open() throws Exception {
    disk.createDirectory();
    try {
      ownership = disk.lock(WriteAheadLog.lockName(), runtime.owner());
    } catch (DiskOwnedException e) {
      throw new WalOwnedException(disk.describe(), e.owner(), e);
    }
    WalContents contents = WalContents.scan(disk);
    recovery = contents.recovery();
    if (!recovery.lost().isEmpty() && config.onRot() == WalConfig.OnRot.REFUSE) {
      throw new WalCorruptException(disk.describe(), recovery.lost());
    }
    submit(contents);
    LogScan scan = contents.scan();
    if (scan == null) {
      startNew();
    } else {
      goOn(scan);
    }
    return this;
  }

  private void submit(WalContents contents) {
    try {
      judge.accept(contents);
    } catch (RuntimeException | Error e) {
      refused = true;
      throw e;
    }
  }

  /** Whether it was the judge who threw: not ours to explain. */
  boolean isRefused() {
    return refused;
  }

  private void startNew() throws IOException {
    sealed = true;
    hasSpare = store.adoptSpare();
    begin(0);
  }

  private void goOn(LogScan scan) throws IOException {
    hasSpare = store.adoptSpare();
    disk.syncDirectory();
    store.adopt(scan.segments(), scan.appendable());
    sealed = scan.sealed();
    if (scan.appendable()) {
      LogRepair.repair(disk, scan);
    } else {
      sealed = true;
      begin(scan.recovery().nextPosition());
    }
  }

  /** Opens a segment at {@code position} by the spare, made now if there is none. */
  private void begin(long position) throws IOException {
    if (!hasSpare) {
      store.prepareSpare(() -> false);
    }
    hasSpare = false;
    store.activate(
        Segment.startingAt(position, config.segmentBytes(), runtime.salts().getAsLong()));
  }

  /** Lets go of whatever was taken, however far it came; nobody may be using it any more. */
  void giveUp(Throwable why) {
    try {
      store.close();
    } catch (IOException | RuntimeException e) {
      why.addSuppressed(e);
    }
    try {
      if (ownership != null) {
        ownership.close();
      }
    } catch (Exception e) {
      why.addSuppressed(e);
    }
  }
}
