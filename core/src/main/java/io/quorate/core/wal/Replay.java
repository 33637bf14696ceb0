package io.quorate.core.wal;

import io.quorate.core.wal.LostRange.Cause;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One pass over the durable records. */
final class Replay {
  private final Disk disk;
  private final List<LostRange> lost;
  private final long limit;
  private boolean stopped;

  Replay(Disk disk, List<LostRange> lost, long limit) {
    this.disk = disk;
    this.lost = lost;
    this.limit = limit;
  }

  /** Returns the position behind the last record delivered, or the limit. */
  long run(List<Segment> segments, long from, WalVisitor visitor) throws IOException {
    long at = segments.getFirst().first();
    for (int i = 0; i < segments.size() && !stopped; i++) {
      long end = i + 1 < segments.size() ? segments.get(i + 1).first() : limit;
      if (end > from) {
        try (SegmentReader reader = new SegmentReader(disk, segments.get(i))) {
          at = read(reader, segments.get(i).first(), Math.min(end, limit), from, visitor);
        }
      }
    }
    return stopped ? at : limit;
  }

  private long read(SegmentReader reader, long first, long end, long from, WalVisitor visitor)
      throws IOException {
    // A header that verifies at its own position is proof enough of a boundary.
    long at = from > first && reader.frameAt(from) != null ? from : first;
    while (at < end && !stopped) {
      LostRange gap = lostAt(at);
      if (gap != null) {
        at = gap.end();
        continue;
      }
      Frame frame = reader.frameAt(at);
      if (frame == null) {
        throw rotten(reader, at, end, List.of());
      }
      if (frame.start() >= from && !frame.has(Frame.SEAL)) {
        byte[] payload = reader.payload(frame);
        if (payload == null) {
          throw rotten(reader, at, end, List.of(LogScan.nameOf(frame)));
        }
        stopped = !visitor.visit(recordOf(frame, payload));
      }
      at = frame.end();
    }
    return at;
  }

  private @Nullable LostRange lostAt(long position) {
    for (LostRange range : lost) {
      if (range.start() <= position && position < range.end()) {
        return range;
      }
    }
    return null;
  }

  private WalCorruptException rotten(
      SegmentReader reader, long at, long end, List<LostRange.Name> named) throws IOException {
    long next = named.isEmpty() ? reader.nextFrame(at + Frame.ALIGN, end) : named.getLast().end();
    return new WalCorruptException(
        disk.describe(), List.of(new LostRange(at, next, Cause.ROTTEN, named)));
  }

  private static WalRecord recordOf(Frame frame, byte[] payload) {
    return new WalRecord(
        frame.start(),
        frame.end(),
        frame.type(),
        frame.stream(),
        frame.word0(),
        frame.word1(),
        frame.has(Frame.FORCED),
        payload);
  }
}
