package io.quorate.core.wal;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a log holds, to be looked at without owning it: nothing here changes a byte, nor takes the
 * lock. Not for several threads at once.
 */
public final class WalContents {
  private static final Recovery NOTHING =
      new Recovery(Recovery.Verdict.CLEAN, 0, 0, 0, 0, 0, List.of());

  private final Disk disk;
  private final @Nullable LogScan scan;

  private WalContents(Disk disk, @Nullable LogScan scan) {
    this.disk = disk;
    this.scan = scan;
  }

  /**
   * Reads all of a log that nobody has open, and judges it. Whoever opens it while it is being
   * looked at changes it under the reader's eyes.
   *
   * @throws WalOwnedException somebody has it open
   * @throws WalFormatException a newer release wrote it
   * @throws WalUnavailableException it cannot be read
   */
  public static WalContents read(Disk disk) {
    requireNonNull(disk, "disk");
    try {
      disk.requireUnowned(WriteAheadLog.lockName());
      return scan(disk);
    } catch (DiskOwnedException e) {
      throw new WalOwnedException(disk.describe(), e.owner(), e);
    } catch (IOException e) {
      throw unreadable(disk, e);
    }
  }

  /** The same for the owner. */
  static WalContents scan(Disk disk) throws IOException {
    return new WalContents(disk, LogScan.read(disk));
  }

  private static WalUnavailableException unreadable(Disk disk, IOException why) {
    return new WalUnavailableException(
        "%s: %s (expected: a log that can be read); put it right and look again"
            .formatted(disk.describe(), why),
        why);
  }

  /** Null where there is no log. */
  @Nullable LogScan scan() {
    return scan;
  }

  /** Whether there is no log at all: no segment, whatever else is in the directory. */
  public boolean isEmpty() {
    return scan == null;
  }

  /** What opening the log would find. */
  public Recovery recovery() {
    return scan == null ? NOTHING : scan.recovery();
  }

  /**
   * Delivers the records that opening would keep, in order. Ranges listed in {@link #recovery} are
   * passed over. What lies behind {@link Recovery#provenPosition} is readable but not known to be
   * durable before the log has been opened: not to be acted upon until then.
   *
   * @throws WalCorruptException a record has rotted since it was judged; those before it were
   *     delivered
   * @throws WalUnavailableException reading failed
   */
  public void replay(WalVisitor visitor) {
    replay(recovery().firstPosition(), visitor);
  }

  void replay(long from, WalVisitor visitor) {
    requireNonNull(visitor, "visitor");
    if (scan == null) {
      return;
    }
    Recovery found = scan.recovery();
    try {
      new Replay(disk, found.lost(), found.nextPosition()).run(scan.segments(), from, visitor);
    } catch (IOException e) {
      throw unreadable(disk, e);
    }
  }
}
