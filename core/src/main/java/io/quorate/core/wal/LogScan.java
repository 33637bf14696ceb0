package io.quorate.core.wal;

import io.quorate.core.wal.LostRange.Cause;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a whole log and judges it; changes nothing.
 *
 * <p>The judgement. Let {@code proven} be the largest position that any readable header (or the
 * start of a later segment) says was durable when it was written. For each unit that cannot be
 * read, front to back:
 *
 * <ul>
 *   <li>it starts before {@code proven}: <em>rotten</em>, it had been durable;
 *   <li>else a crash explains it ({@link SegmentReader#isTorn}): <em>torn</em>. The force of its
 *       batch never completed, so nothing from here on was acknowledged: the log ends here;
 *   <li>else <em>suspect</em>: the last batch is complete but damaged, and may have been
 *       acknowledged.
 * </ul>
 *
 * @param segments the segments, in order; one whose header cannot be read lies wholly in a lost
 *     range, so that nobody asks for its salt
 * @param recovery the verdict
 * @param dirtyEnd behind the last byte that is not zero: from the log's end up to here a torn batch
 *     must be zeroed
 * @param sealed whether the last thing is a seal
 * @param appendable whether the last segment can be written on: its header can be read
 */
record LogScan(
    List<Segment> segments, Recovery recovery, long dirtyEnd, boolean sealed, boolean appendable) {

  /** A unit that cannot be read, and how many records come before it. */
  private record Damage(SegmentWalk.Unit unit, long recordsBefore, boolean afterSeal) {}

  /**
   * Reads the log in {@code disk}.
   *
   * @return null when there is none
   * @throws WalFormatException when a newer release wrote it
   */
  static @Nullable LogScan read(Disk disk) throws IOException {
    List<String> names = disk.list().stream().filter(Segment::isName).sorted().toList();
    return names.isEmpty() ? null : new Reading(disk).read(names);
  }

  static LostRange.Name nameOf(Frame frame) {
    return new LostRange.Name(
        frame.start(), frame.end(), frame.type(), frame.stream(), frame.word0(), frame.word1());
  }

  /** The state of one reading. */
  private static final class Reading {
    private final Disk disk;
    private final List<Segment> segments = new ArrayList<>();
    private final List<Damage> damages = new ArrayList<>();
    private long proven;
    private long records;
    private boolean sealed;

    /** Behind the last unit, readable or not. */
    private long end;

    Reading(Disk disk) {
      this.disk = disk;
    }

    LogScan read(List<String> names) throws IOException {
      long first = Segment.firstIn(names.getFirst());
      end = first;
      boolean appendable = false;
      for (int i = 0; i < names.size(); i++) {
        boolean last = i == names.size() - 1;
        String name = names.get(i);
        proven = Math.max(proven, Segment.firstIn(name));
        Segment segment = header(name);
        long limit;
        if (!last) {
          limit = Segment.firstIn(names.get(i + 1));
        } else if (segment != null) {
          limit = segment.limit();
        } else {
          limit = end + sizeOf(name);
        }
        if (segment != null) {
          segments.add(segment);
          walk(segment, limit, last);
        } else {
          int bytes = Math.clamp(SegmentHeader.BYTES + limit - end, 0, Integer.MAX_VALUE);
          segments.add(new Segment(name, end, bytes, 0));
        }
        if (end < limit && (!last || segment == null)) {
          lose(limit);
        }
        appendable = segment != null;
      }
      return judged(first, appendable);
    }

    private @Nullable Segment header(String name) throws IOException {
      ByteBuffer block = ByteBuffer.allocate(SegmentHeader.BYTES);
      try (DiskFile file = disk.openForReading(name)) {
        file.read(block, 0);
      }
      try {
        Segment segment = SegmentHeader.decode(block.flip(), name);
        return segment != null && segment.first() == Segment.firstIn(name) ? segment : null;
      } catch (SegmentHeader.NewerVersion newer) {
        throw new WalFormatException(disk.describe(), name, newer.version, SegmentHeader.VERSION);
      }
    }

    private long sizeOf(String name) throws IOException {
      try (DiskFile file = disk.openForReading(name)) {
        return Math.max(Frame.ALIGN, file.size() & -Frame.ALIGN);
      }
    }

    private void walk(Segment segment, long limit, boolean last) throws IOException {
      try (SegmentReader reader = new SegmentReader(disk, segment)) {
        SegmentWalk walk = new SegmentWalk(reader, segment.first(), limit, last);
        for (SegmentWalk.Unit unit = walk.next(); unit != null; unit = walk.next()) {
          for (Frame frame : unit.frames()) {
            proven = Math.max(proven, frame.provenPosition());
          }
          if (unit.intact()) {
            records += unit.records();
            sealed = unit.isSeal();
          } else {
            damages.add(new Damage(unit, records, sealed));
            sealed = false;
          }
          end = unit.end();
        }
      }
    }

    /** A stretch without bytes, or without the salt to read them. */
    private void lose(long limit) {
      SegmentWalk.Unit gap = new SegmentWalk.Unit(end, limit, false, false, List.of());
      proven = Math.max(proven, limit);
      damages.add(new Damage(gap, records, sealed));
      sealed = false;
      end = limit;
    }

    private LogScan judged(long first, boolean appendable) {
      List<LostRange> lost = new ArrayList<>();
      for (Damage damage : damages) {
        SegmentWalk.Unit unit = damage.unit();
        boolean rotten = unit.start() < proven;
        if (!rotten && unit.torn()) {
          return scan(first, unit.start(), damage.recordsBefore(), lost, damage.afterSeal(), true);
        }
        lost.add(lost(unit, rotten ? Cause.ROTTEN : Cause.SUSPECT));
      }
      return scan(first, end, records, lost, sealed, appendable);
    }

    private LogScan scan(
        long first,
        long next,
        long recordsBefore,
        List<LostRange> lost,
        boolean afterSeal,
        boolean appendable) {
      Recovery.Verdict verdict = Recovery.Verdict.CLEAN;
      if (lost.stream().anyMatch(range -> range.cause() == Cause.ROTTEN)) {
        verdict = Recovery.Verdict.ROTTEN;
      } else if (!lost.isEmpty()) {
        verdict = Recovery.Verdict.SUSPECT;
      } else if (next < end) {
        verdict = Recovery.Verdict.TORN;
      }
      Recovery recovery =
          new Recovery(
              verdict, first, Math.min(proven, next), next, recordsBefore, end - next, lost);
      return new LogScan(List.copyOf(segments), recovery, end, afterSeal, appendable);
    }

    private static LostRange lost(SegmentWalk.Unit unit, Cause cause) {
      List<LostRange.Name> named =
          unit.frames().stream()
              .filter(frame -> !frame.has(Frame.SEAL))
              .map(LogScan::nameOf)
              .toList();
      return new LostRange(unit.start(), unit.end(), cause, named);
    }
  }
}
