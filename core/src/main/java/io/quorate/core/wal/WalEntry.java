package io.quorate.core.wal;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;

/**
 * A record to append.
 *
 * @param type the caller's, 0..255
 * @param stream the caller's, 0..65535: which of the logs that share the file it belongs to
 * @param word0 the caller's; readable even where the payload has rotted
 * @param word1 the caller's; readable even where the payload has rotted
 * @param payload what remains of it is copied by the append; its position stays
 */
public record WalEntry(int type, int stream, long word0, long word1, ByteBuffer payload) {
  /** The largest {@code type}. */
  public static final int TYPE_MAX = 0xFF;

  /** The largest {@code stream}. */
  public static final int STREAM_MAX = 0xFFFF;

  public WalEntry {
    require(type, stream);
    requireNonNull(payload, "payload");
  }

  /** The same with bounds of its own: what happens to the caller's buffer does not move them. */
  WalEntry sliced() {
    return new WalEntry(type, stream, word0, word1, payload.slice());
  }

  static void require(int type, int stream) {
    if (type < 0 || type > TYPE_MAX) {
      throw new IllegalArgumentException("type: %d (expected: 0..%d)".formatted(type, TYPE_MAX));
    }
    if (stream < 0 || stream > STREAM_MAX) {
      throw new IllegalArgumentException(
          "stream: %d (expected: 0..%d)".formatted(stream, STREAM_MAX));
    }
  }
}
