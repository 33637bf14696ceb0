package io.quorate.core.wal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A record as {@link WriteAheadLog#replay} delivers it.
 *
 * @param start where it starts
 * @param end where it ends: the position its append returned, and where the next may start
 * @param type the caller's, 0..255
 * @param stream the caller's, 0..65535
 * @param word0 the caller's
 * @param word1 the caller's
 * @param forced whether it was appended as forced
 * @param payload a copy of its own: the receiver may keep it
 */
public record WalRecord(
    long start,
    long end,
    int type,
    int stream,
    long word0,
    long word1,
    boolean forced,
    byte[] payload) {

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof WalRecord that
        && start == that.start
        && end == that.end
        && type == that.type
        && stream == that.stream
        && word0 == that.word0
        && word1 == that.word1
        && forced == that.forced
        && Arrays.equals(payload, that.payload);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(start);
  }

  @Override
  public String toString() {
    return "%d..%d type=%d stream=%d words=%x,%x %s%dB"
        .formatted(start, end, type, stream, word0, word1, forced ? "" : "lazy ", payload.length);
  }
}
