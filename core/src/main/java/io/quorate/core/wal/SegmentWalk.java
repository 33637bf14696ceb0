package io.quorate.core.wal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a segment front to back as units: what was appended together, or what cannot be read. Units
 * adjoin; the walk ends at the limit or where only zeros follow.
 */
final class SegmentWalk {

  /**
   * Records that stand and fall together.
   *
   * @param start where it starts
   * @param end where the next may start
   * @param intact whether every record verifies and none is missing
   * @param torn for one that is not intact: whether a crash explains the first thing wrong with it
   * @param frames the headers that verify
   */
  record Unit(long start, long end, boolean intact, boolean torn, List<Frame> frames) {

    boolean isSeal() {
      return intact && frames.getFirst().has(Frame.SEAL);
    }

    /** How many records of the caller's it holds. */
    int records() {
      return (int) frames.stream().filter(frame -> !frame.has(Frame.SEAL)).count();
    }
  }

  private final SegmentReader reader;
  private final long limit;

  /** Whether zeros up to the limit are the end of the log, and not a loss. */
  private final boolean endsInZeros;

  private long at;

  // The unit being read.
  private List<Frame> frames = new ArrayList<>();
  private boolean intact;
  private boolean torn;

  /**
   * @param limit where the next segment starts, or this one's limit where it is the last
   */
  SegmentWalk(SegmentReader reader, long from, long limit, boolean last) {
    this.reader = reader;
    this.at = from;
    this.limit = limit;
    this.endsInZeros = last;
  }

  /** The next unit, or null at the end. */
  @Nullable Unit next() throws IOException {
    long start = at;
    frames = new ArrayList<>();
    intact = true;
    torn = false;
    boolean open = true;
    while (open) {
      Frame frame = at < limit ? reader.frameAt(at) : null;
      if (frame != null && frame.end() > limit) {
        frame = null;
      }
      if (frame == null && isEnd()) {
        if (at == start) {
          return null;
        }
        damaged(true);
        break;
      }
      boolean first = at == start;
      if (frame == null) {
        skipDamage();
      } else if (first || frame.has(Frame.CONTINUED)) {
        take(frame, first);
        open = frame.has(Frame.CONTINUES);
      } else {
        Frame before = frames.isEmpty() ? null : frames.getLast();
        if (before != null && before.has(Frame.CONTINUES)) {
          damaged(false);
        }
        open = false;
      }
    }
    return new Unit(start, at, intact, torn, List.copyOf(frames));
  }

  private boolean isEnd() throws IOException {
    return at >= limit || (endsInZeros && reader.isZero(at, limit));
  }

  private void take(Frame frame, boolean first) throws IOException {
    if (first && frame.has(Frame.CONTINUED)) {
      damaged(false);
    }
    if (!reader.isPayloadIntact(frame)) {
      damaged(reader.isTorn(frame));
    }
    frames.add(frame);
    at = frame.end();
  }

  private void skipDamage() throws IOException {
    damaged(reader.isHeaderTorn(at));
    long next = reader.nextFrame(at + Frame.ALIGN, limit);
    at = next == limit && endsInZeros ? reader.writtenEnd(at, limit) : next;
  }

  /** Only the first thing wrong decides: what follows it in a torn batch was never acknowledged. */
  private void damaged(boolean byCrash) {
    if (intact) {
      intact = false;
      torn = byCrash;
    }
  }
}
