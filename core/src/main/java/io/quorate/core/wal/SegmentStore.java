package io.quorate.core.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The files of a log: the segments, the one being filled, and the spare that comes next.
 *
 * <p>A segment is born in steps, each durable before the next: {@code spare.tmp} filled with zeros
 * and forced; renamed to {@code spare}; at its turn the header written and forced; renamed to its
 * {@code .wal} name; the directory synced. So a {@code .wal} file always has a header and always
 * has its room on the disk, and a crash in between leaves only names that {@code open} clears away.
 *
 * <p>The writer activates and writes; the housekeeper prepares spares and deletes. They share only
 * the list of segments, which is replaced as a whole.
 */
final class SegmentStore implements AutoCloseable {
  static final String SPARE = "spare";
  static final String SPARE_UNFINISHED = "spare.tmp";
  private static final int ZEROS_BYTES = 256 << 10;

  private final Disk disk;
  private final WalConfig config;
  private volatile List<Segment> segments = List.of();
  private @Nullable DiskFile active;

  SegmentStore(Disk disk, WalConfig config) {
    this.disk = disk;
    this.config = config;
  }

  List<Segment> segments() {
    return segments;
  }

  /** Takes over what a scan found, with the last one to be written on. */
  void adopt(List<Segment> found, boolean appendable) throws IOException {
    segments = List.copyOf(found);
    if (appendable) {
      active = disk.open(found.getLast().name());
    }
  }

  /** Whether a spare of the right size was left; clears away what else a crash may have left. */
  boolean adoptSpare() throws IOException {
    List<String> names = disk.list();
    if (names.contains(SPARE_UNFINISHED)) {
      disk.delete(SPARE_UNFINISHED);
    }
    if (!names.contains(SPARE)) {
      return false;
    }
    try (DiskFile file = disk.open(SPARE)) {
      if (file.size() == config.segmentBytes()) {
        // The crash may have come between its header and its name.
        file.write(ByteBuffer.allocate(SegmentHeader.BYTES), 0);
        file.force();
        return true;
      }
    }
    disk.delete(SPARE);
    return false;
  }

  /**
   * Makes a spare.
   *
   * @param abandoned asked between pieces; true gives up
   * @return whether there is one now; false when abandoned
   * @throws WalFullException when that would leave less than the low-water mark
   */
  boolean prepareSpare(BooleanSupplier abandoned) throws IOException {
    long usable = disk.usableBytes();
    if (usable - config.segmentBytes() < config.freeBytesMin()) {
      throw new WalFullException(
          disk.describe(),
          "%d bytes free, of which a segment takes %d and freeBytesMin keeps %d"
              .formatted(usable, config.segmentBytes(), config.freeBytesMin()),
          null);
    }
    try (DiskFile file = disk.create(SPARE_UNFINISHED)) {
      ByteBuffer zeros = ByteBuffer.allocateDirect(Math.min(ZEROS_BYTES, config.segmentBytes()));
      for (long at = 0; at < config.segmentBytes(); at += zeros.capacity()) {
        if (abandoned.getAsBoolean()) {
          return false;
        }
        int length = (int) Math.min(zeros.capacity(), config.segmentBytes() - at);
        file.write(zeros.clear().limit(length), at);
      }
      file.force();
    } catch (IOException e) {
      discardUnfinished(e);
      throw e;
    }
    disk.rename(SPARE_UNFINISHED, SPARE);
    return true;
  }

  private void discardUnfinished(IOException why) {
    try {
      disk.delete(SPARE_UNFINISHED);
    } catch (IOException e) {
      why.addSuppressed(e);
    }
  }

  /** Makes the spare the active segment. What was written before must be durable. */
  void activate(Segment segment) throws IOException {
    if (active != null) {
      active.close();
      active = null;
    }
    DiskFile file = disk.open(SPARE);
    try {
      file.write(SegmentHeader.encode(segment), 0);
      file.force();
      disk.rename(SPARE, segment.name());
      disk.syncDirectory();
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
    active = file;
    List<Segment> more = new ArrayList<>(segments);
    more.add(segment);
    segments = List.copyOf(more);
  }

  /** Writes into the active segment. */
  void write(ByteBuffer bytes, long position) throws IOException {
    active().write(bytes, segments.getLast().offsetOf(position));
  }

  /** Forces the active segment. */
  void force() throws IOException {
    active().force();
  }

  private DiskFile active() {
    if (active == null) {
      throw new IllegalStateException("active: none (expected: a segment)");
    }
    return active;
  }

  /**
   * Deletes the segments that end at or before {@code position}, oldest first, each durably before
   * the next: what a crash leaves is always without gaps.
   *
   * @return whether any was deleted
   */
  boolean deleteBefore(long position) throws IOException {
    boolean any = false;
    for (List<Segment> held = segments;
        held.size() > 1 && held.get(1).first() <= position;
        held = segments) {
      disk.delete(held.getFirst().name());
      disk.syncDirectory();
      drop(held.getFirst());
      any = true;
    }
    return any;
  }

  private synchronized void drop(Segment segment) {
    segments = segments.stream().filter(other -> !other.equals(segment)).toList();
  }

  @Override
  public void close() throws IOException {
    if (active != null) {
      active.close();
      active = null;
    }
  }
}
