package io.quorate.core.wal;

import java.util.Locale;

/**
 * One file of the log.
 *
 * @param name its file name, which repeats {@code first}
 * @param first the position of its first record: it lies right behind the header block. The segment
 *     before ends there, and was durable in full before this one got its name
 * @param bytes the size of the file
 * @param salt where the checksums of its record headers start
 */
record Segment(String name, long first, int bytes, long salt) {
  private static final String SUFFIX = ".wal";
  private static final int NAME_DIGITS = 16;

  static Segment startingAt(long first, int bytes, long salt) {
    return new Segment(nameOf(first), first, bytes, salt);
  }

  static String nameOf(long first) {
    return String.format(Locale.ROOT, "%016x%s", first, SUFFIX);
  }

  static boolean isName(String file) {
    return file.length() == NAME_DIGITS + SUFFIX.length()
        && file.endsWith(SUFFIX)
        && file.chars().limit(NAME_DIGITS).allMatch(c -> Character.digit(c, 16) >= 0)
        && file.equals(file.toLowerCase(Locale.ROOT));
  }

  /** The first position a file name promises. */
  static long firstIn(String name) {
    return Long.parseLong(name, 0, NAME_DIGITS, 16);
  }

  /** Where in the file a position lies. */
  long offsetOf(long position) {
    return SegmentHeader.BYTES + position - first;
  }

  /** The position behind the last byte of the file. */
  long limit() {
    return first + bytes - SegmentHeader.BYTES;
  }
}
