package io.quorate.core.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads one segment by position, through a window. Where the file is shorter than its header says,
 * zeros are read.
 */
final class SegmentReader implements AutoCloseable {
  private static final int WINDOW_BYTES = 256 << 10;

  private final Segment segment;
  private final DiskFile file;
  private final ByteBuffer window;
  private final CRC32C crc = new CRC32C();

  /** The file offset of the window's first byte; -1 before the first read. */
  private long windowOffset = -1;

  SegmentReader(Disk disk, Segment segment) throws IOException {
    this.segment = segment;
    this.file = disk.openForReading(segment.name());
    this.window = ByteBuffer.allocate(Math.min(WINDOW_BYTES, segment.bytes()));
  }

  /** The header at a position, or null when there is none that verifies and fits the segment. */
  @Nullable Frame frameAt(long position) throws IOException {
    if (position + Frame.HEADER_BYTES > segment.limit()) {
      return null;
    }
    int at = load(position, Frame.HEADER_BYTES);
    Frame frame = Frame.decode(window, at, position, segment.salt(), crc);
    return frame != null && frame.end() <= segment.limit() ? frame : null;
  }

  boolean isPayloadIntact(Frame frame) throws IOException {
    CRC32C sum = new CRC32C();
    long at = frame.start() + Frame.HEADER_BYTES;
    for (long end = at + frame.payloadBytes(); at < end; ) {
      int length = (int) Math.min(end - at, window.capacity());
      sum.update(window.slice(load(at, length), length));
      at += length;
    }
    return (int) sum.getValue() == frame.payloadCrc();
  }

  /**
   * A copy of a payload.
   *
   * @return null when it does not verify
   */
  byte @Nullable [] payload(Frame frame) throws IOException {
    byte[] payload = new byte[frame.payloadBytes()];
    long at = frame.start() + Frame.HEADER_BYTES;
    for (int done = 0; done < payload.length; ) {
      int length = Math.min(payload.length - done, window.capacity());
      window.get(load(at + done, length), payload, done, length);
      done += length;
    }
    CRC32C sum = new CRC32C();
    sum.update(payload);
    return (int) sum.getValue() == frame.payloadCrc() ? payload : null;
  }

  /**
   * Whether what is missing of a record whose header verifies is what a crash leaves out: whole
   * sectors, or all from some byte on. A crash leaves zeros there, and no others than it made: the
   * header counts the payload's own zero sectors, and the last byte of the record is not zero.
   */
  boolean isTorn(Frame frame) throws IOException {
    return isEndMissing(frame.end() - 1) || zeroSectors(frame) > frame.zeroSectors();
  }

  private int zeroSectors(Frame frame) throws IOException {
    int count = 0;
    long at = frame.start() + Frame.HEADER_BYTES;
    long end = at + frame.payloadBytes();
    at += -segment.offsetOf(at) & Frame.SECTOR_BYTES - 1;
    for (; at + Frame.SECTOR_BYTES <= end; at += Frame.SECTOR_BYTES) {
      count += isZero(at, at + Frame.SECTOR_BYTES) ? 1 : 0;
    }
    return count;
  }

  /** The same for a record whose header does not verify: its first or its second sector. */
  boolean isHeaderTorn(long position) throws IOException {
    return isZero(position, sectorEnd(position)) || isEndMissing(position + Frame.HEADER_BYTES - 1);
  }

  private boolean isEndMissing(long mark) throws IOException {
    return isZero(mark, sectorEnd(mark));
  }

  private long sectorEnd(long position) {
    long offset = segment.offsetOf(position);
    return position + Frame.SECTOR_BYTES - offset % Frame.SECTOR_BYTES;
  }

  boolean isZero(long from, long to) throws IOException {
    for (long at = from; at < to; ) {
      int length = (int) Math.min(to - at, window.capacity());
      int index = load(at, length);
      if (!Frame.isZero(window, index, index + length)) {
        return false;
      }
      at += length;
    }
    return true;
  }

  /** The first position at or behind {@code from} where a header verifies, or {@code limit}. */
  long nextFrame(long from, long limit) throws IOException {
    for (long at = from; at + Frame.HEADER_BYTES <= limit; at += Frame.ALIGN) {
      if (frameAt(at) != null) {
        return at;
      }
    }
    return limit;
  }

  /** The aligned position behind the last byte that is not zero, or {@code from}. */
  long writtenEnd(long from, long limit) throws IOException {
    long end = from;
    for (long at = from; at < limit; at += Frame.ALIGN) {
      if (window.getLong(load(at, Frame.ALIGN)) != 0) {
        end = at + Frame.ALIGN;
      }
    }
    return end;
  }

  /** What the file holds between two positions, in pieces no larger than the window. */
  ByteBuffer bytes(long from, long to) throws IOException {
    int length = (int) Math.min(to - from, window.capacity());
    return window.slice(load(from, length), length);
  }

  /** Brings a range into the window; returns where in the window it starts. */
  private int load(long position, int length) throws IOException {
    long offset = segment.offsetOf(position);
    if (windowOffset < 0
        || offset < windowOffset
        || offset + length > windowOffset + window.capacity()) {
      window.clear();
      int read = file.read(window, offset);
      while (read < window.capacity()) {
        window.put(read++, (byte) 0);
      }
      window.clear();
      windowOffset = offset;
    }
    return (int) (offset - windowOffset);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
