package io.quorate.core.wal;

import java.util.List;

/**
 * Records that were, or may have been, acknowledged cannot be read. Nothing was changed: restore
 * the directory from a copy, or accept the loss by opening with {@link WalConfig.OnRot#REPORT},
 * which delivers everything else.
 */
public final class WalCorruptException extends WalException {
  private static final long serialVersionUID = 1;

  @SuppressWarnings("serial") // An immutable list of records.
  private final List<LostRange> lost;

  WalCorruptException(String directory, List<LostRange> lost) {
    super(
        "%s: cannot read %s (expected: every acknowledged record); look with ./quorate wal verify %s"
                .formatted(directory, lost, directory)
            + " (WalTool), restore a copy, or open with onRot REPORT to go on without",
        null);
    this.lost = List.copyOf(lost);
  }

  /** What cannot be read, in order. */
  public List<LostRange> lost() {
    return lost;
  }
}
