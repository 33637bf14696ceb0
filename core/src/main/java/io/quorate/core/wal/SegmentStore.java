package io.quorate.core.wal;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
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
 * the list of segments: one adds at its end, the other takes from its front.
 */
final class SegmentStore implements AutoCloseable {
  static final String SPARE = "spare";
  static final String SPARE_UNFINISHED = "spare.tmp";
  private static final int ZEROS_BYTES = 256 << 10;

  private final Disk disk;
  private final WalConfig config;
  private final AtomicReference<List<Segment>> segments = new AtomicReference<>(List.of());

  /** The segment being filled, and its file; the writer's alone. */
  private @Nullable Segment current;

  private @Nullable DiskFile active;

  SegmentStore(Disk disk, WalConfig config) {
    this.disk = disk;
    this.config = config;
  }

  List<Segment> segments() {
    return segments.get();
  }

  /** Takes over what a scan found, with the last one to be written on. */
  void adopt(List<Segment> found, boolean appendable) throws IOException {
    segments.set(List.copyOf(found));
    if (appendable) {
      current = found.getLast();
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
    try (DiskFile file = disk.openForReading(SPARE)) {
      if (file.size() == config.segmentBytes()) {
        return true; // A header it may have got already will be written over.
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
    if (disk.list().contains(SPARE_UNFINISHED)) {
      disk.delete(SPARE_UNFINISHED); // An attempt before failed, and could not even remove it.
    }
    long usable = disk.usableBytes();
    if (usable - config.segmentBytes() < config.freeBytesMin()) {
      throw new WalFullException(
          disk.describe(),
          "%d bytes free, of which a segment takes %d and freeBytesMin keeps %d"
              .formatted(usable, config.segmentBytes(), config.freeBytesMin()),
          null);
    }
    try {
      if (!fillUnfinished(abandoned)) {
        disk.delete(SPARE_UNFINISHED);
        return false;
      }
      disk.rename(SPARE_UNFINISHED, SPARE);
      return true;
    } catch (IOException | RuntimeException | Error e) {
      discardUnfinished(e);
      throw e;
    }
  }

  /** Returns whether the file is complete; false when abandoned. */
  private boolean fillUnfinished(BooleanSupplier abandoned) throws IOException {
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
      return true;
    }
  }

  private void discardUnfinished(Throwable why) {
    try {
      disk.delete(SPARE_UNFINISHED);
    } catch (IOException | RuntimeException e) {
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
    } catch (IOException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
    active = file;
    current = segment;
    segments.updateAndGet(held -> Stream.concat(held.stream(), Stream.of(segment)).toList());
  }

  /** Writes into the active segment. */
  void write(ByteBuffer bytes, long position) throws IOException {
    requireNonNull(active).write(bytes, requireNonNull(current).offsetOf(position));
  }

  /** Forces the active segment. */
  void force() throws IOException {
    requireNonNull(active).force();
  }

  /**
   * Deletes the segments that end at or before {@code position}, oldest first, each durably before
   * the next: what a crash leaves is always without gaps.
   *
   * @return whether any was deleted
   */
  boolean deleteBefore(long position) throws IOException {
    boolean any = false;
    for (List<Segment> held = segments();
        held.size() > 1 && held.get(1).first() <= position;
        held = segments()) {
      Segment oldest = held.getFirst();
      disk.delete(oldest.name());
      disk.syncDirectory();
      segments.updateAndGet(all -> all.stream().skip(1).toList());
      any = true;
    }
    return any;
  }

  @Override
  public void close() throws IOException {
    if (active != null) {
      active.close();
      active = null;
    }
  }
}
