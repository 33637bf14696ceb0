package io.quorate.core.wal;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How a {@link WriteAheadLog} uses disk and memory.
 *
 * <p>Memory: two direct buffers of at most {@code queueBytesMax} each, which start at 256 KiB and
 * grow with what is queued. Disk: what was not truncated, plus up to two segments (the one being
 * filled, the one prepared).
 *
 * @param segmentBytes the size of a segment file, zero-filled ahead; default 64 MiB, {@value
 *     #SEGMENT_BYTES_MIN} to {@value #SEGMENT_BYTES_MAX}. Larger: fewer switches (about a
 *     millisecond each), coarser {@link WriteAheadLog#truncateBefore}, slower creation
 * @param queueBytesMax how many encoded bytes may wait for the writer before an append blocks;
 *     default 16 MiB plus 4 KiB, at least one record of {@code recordBytesMax}, at most a segment
 * @param recordBytesMax the largest payload of one record, and of one {@link
 *     WriteAheadLog#appendAll} including headers; default 16 MiB, 1 to what fits a segment
 * @param freeBytesMin how many bytes preparing a segment must leave free on the disk; below that
 *     {@link Room#NORMAL} appends are refused. Default 64 MiB, 0 or more
 * @param idleAfter how long a LAZY record may wait for company before it is forced alone, and how
 *     long after the last batch a seal is written that proves it durable; default 10 ms, 1 ms to 1
 *     minute. Smaller: a narrower window in which damage is only <em>suspect</em>; costs one force
 *     whenever the log falls idle
 * @param onRot what {@code open} does when acknowledged records cannot be read, or may have been;
 *     default {@link OnRot#REFUSE}
 */
public record WalConfig(
    int segmentBytes,
    int queueBytesMax,
    int recordBytesMax,
    long freeBytesMin,
    Duration idleAfter,
    OnRot onRot) {

  /** The smallest segment, in bytes. */
  public static final int SEGMENT_BYTES_MIN = 8 << 10;

  /** The largest segment, in bytes. */
  public static final int SEGMENT_BYTES_MAX = 1 << 30;

  private static final Duration IDLE_MIN = Duration.ofMillis(1);
  private static final Duration IDLE_MAX = Duration.ofMinutes(1);

  /** What to do about records that are known to be, or may have been, lost. */
  public enum OnRot {
    /** Do not open: {@link WalCorruptException}. For a log that is the only copy. */
    REFUSE,
    /** Open, deliver the rest, list the ranges in {@link Recovery#lost}. For a replicated log. */
    REPORT
  }

  public WalConfig {
    requireNonNull(idleAfter, "idleAfter");
    requireNonNull(onRot, "onRot");
    if (segmentBytes < SEGMENT_BYTES_MIN
        || segmentBytes > SEGMENT_BYTES_MAX
        || segmentBytes % SegmentHeader.BYTES != 0) {
      throw new IllegalArgumentException(
          "segmentBytes: %d (expected: a multiple of %d, %d..%d)"
              .formatted(segmentBytes, SegmentHeader.BYTES, SEGMENT_BYTES_MIN, SEGMENT_BYTES_MAX));
    }
    int payloadMax = segmentBytes - SegmentHeader.BYTES - 2 * Frame.HEADER_BYTES - Frame.ALIGN;
    if (recordBytesMax < 1 || recordBytesMax > payloadMax) {
      throw new IllegalArgumentException(
          "recordBytesMax: %d (expected: 1..%d, what fits a segment)"
              .formatted(recordBytesMax, payloadMax));
    }
    if (queueBytesMax < Frame.bytes(recordBytesMax) || queueBytesMax > segmentBytes) {
      throw new IllegalArgumentException(
          "queueBytesMax: %d (expected: %d..%d, one record to one segment)"
              .formatted(queueBytesMax, Frame.bytes(recordBytesMax), segmentBytes));
    }
    if (freeBytesMin < 0) {
      throw new IllegalArgumentException("freeBytesMin: " + freeBytesMin + " (expected: >= 0)");
    }
    if (idleAfter.compareTo(IDLE_MIN) < 0 || idleAfter.compareTo(IDLE_MAX) > 0) {
      throw new IllegalArgumentException(
          "idleAfter: %s (expected: %s..%s)".formatted(idleAfter, IDLE_MIN, IDLE_MAX));
    }
  }

  /** 64 MiB segments, records up to 16 MiB, refuse rot. */
  public static WalConfig defaults() {
    return new WalConfig(
        64 << 20, (16 << 20) + 4096, 16 << 20, 64 << 20, Duration.ofMillis(10), OnRot.REFUSE);
  }

  /**
   * Other sizes: segments of {@code segmentBytes}, and of the other limits as much as fits: records
   * up to a quarter of a segment and 16 MiB, a queue of half a segment and 16 MiB.
   */
  public WalConfig segmentBytes(int segmentBytes) {
    int record = Math.min(segmentBytes / 4, 16 << 20);
    int queue = Math.min(segmentBytes / 2, (16 << 20) + 4096);
    return new WalConfig(segmentBytes, queue, record, freeBytesMin, idleAfter, onRot);
  }

  /** The same with another limit of the queue, in bytes. */
  public WalConfig queueBytesMax(int queueBytesMax) {
    return new WalConfig(
        segmentBytes, queueBytesMax, recordBytesMax, freeBytesMin, idleAfter, onRot);
  }

  /** The same with another limit of a record, in bytes. */
  public WalConfig recordBytesMax(int recordBytesMax) {
    return new WalConfig(
        segmentBytes, queueBytesMax, recordBytesMax, freeBytesMin, idleAfter, onRot);
  }

  /** The same with another low-water mark of the disk, in bytes. */
  public WalConfig freeBytesMin(long freeBytesMin) {
    return new WalConfig(
        segmentBytes, queueBytesMax, recordBytesMax, freeBytesMin, idleAfter, onRot);
  }

  /** The same with another idle time. */
  public WalConfig idleAfter(Duration idleAfter) {
    return new WalConfig(
        segmentBytes, queueBytesMax, recordBytesMax, freeBytesMin, idleAfter, onRot);
  }

  /** The same with another answer to rot. */
  public WalConfig onRot(OnRot onRot) {
    return new WalConfig(
        segmentBytes, queueBytesMax, recordBytesMax, freeBytesMin, idleAfter, onRot);
  }
}
