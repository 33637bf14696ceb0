package io.quorate.core.wal;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The steps from a directory to a log that can be written; each may refuse, in this order. */
final class Opening {
  final Disk disk;
  final WalConfig config;
  final WalRuntime runtime;
  final Housekeeper housekeeper;
  final SegmentStore store;

  boolean sealed;
  boolean hasSpare;
  private @Nullable Recovery recovery;
  private @Nullable AutoCloseable ownership;

  Opening(Disk disk, WalConfig config, WalRuntime runtime, Housekeeper housekeeper) {
    this.disk = disk;
    this.config = config;
    this.runtime = runtime;
    this.housekeeper = housekeeper;
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
    try {
      LogScan scan = LogScan.read(disk);
      if (scan == null) {
        startNew();
      } else {
        goOn(scan);
      }
      return this;
    } catch (Exception e) {
      giveUp(e);
      throw e;
    }
  }

  private void startNew() throws IOException {
    recovery = new Recovery(Recovery.Verdict.CLEAN, 0, 0, 0, 0, 0, List.of());
    sealed = true;
    hasSpare = store.adoptSpare();
    begin(0);
  }

  private void goOn(LogScan scan) throws IOException {
    recovery = scan.recovery();
    if (!recovery.lost().isEmpty() && config.onRot() == WalConfig.OnRot.REFUSE) {
      throw new WalCorruptException(disk.describe(), recovery.lost());
    }
    hasSpare = store.adoptSpare();
    disk.syncDirectory();
    store.adopt(scan.segments(), scan.appendable());
    sealed = scan.sealed();
    if (scan.appendable()) {
      LogRepair.repair(disk, scan);
    } else {
      sealed = true;
      begin(recovery.nextPosition());
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

  private void giveUp(Exception why) {
    try {
      store.close();
      requireNonNull(ownership).close();
    } catch (Exception e) {
      why.addSuppressed(e);
    }
  }
}
