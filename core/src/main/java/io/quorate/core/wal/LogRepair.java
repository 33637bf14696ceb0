package io.quorate.core.wal;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Makes true on the disk what a scan found readable.
 *
 * <p>A torn end is zeroed, so that no stale record can be met again behind new ones. What is not
 * proven durable is written once more and forced: after a failed force the kernel may hold bytes
 * that it believes written, and a mere force would do nothing for them. A crash in the middle
 * leaves a torn end again, or less of it.
 */
final class LogRepair {
  private static final int PIECE_BYTES = 256 << 10;

  private LogRepair() {}

  static void repair(Disk disk, LogScan scan) throws IOException {
    Segment last = scan.segments().getLast();
    long next = scan.recovery().nextPosition();
    long proven = Math.max(scan.recovery().provenPosition(), last.first());
    if (proven == scan.dirtyEnd()) {
      return;
    }
    try (DiskFile file = disk.open(last.name())) {
      if (next < scan.dirtyEnd()) {
        zero(file, last.offsetOf(next), last.offsetOf(scan.dirtyEnd()));
        file.force();
      }
      rewrite(file, last.offsetOf(proven), last.offsetOf(next));
      file.force();
    }
  }

  private static void zero(DiskFile file, long from, long to) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocate(PIECE_BYTES);
    for (long at = from; at < to; at += zeros.capacity()) {
      file.write(zeros.clear().limit((int) Math.min(zeros.capacity(), to - at)), at);
    }
  }

  private static void rewrite(DiskFile file, long from, long to) throws IOException {
    ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
    for (long at = from; at < to; at += piece.capacity()) {
      piece.clear().limit((int) Math.min(piece.capacity(), to - at));
      file.read(piece, at);
      file.write(piece.flip(), at);
    }
  }
}
