package io.quorate.raft.internal;

import io.quorate.raft.RaftException;
import io.quorate.raft.core.Refusal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a leader answers to a proposal that another node has forwarded: one byte says what became of
 * it, the rest what is known.
 *
 * <pre>
 *   0 result                       applied
 *   1 leader:8 refusal             nothing was done
 *   2 index:8                      another entry was agreed on in its place
 *   3 text                         not known
 * </pre>
 */
public final class Answers {
  private static final byte APPLIED = 0;
  private static final byte REFUSED = 1;
  private static final byte SUPERSEDED = 2;
  private static final byte UNKNOWN = 3;

  private Answers() {}

  /** That it was applied. */
  public static ByteBuffer applied(byte[] result) {
    return ByteBuffer.allocate(1 + result.length).put(APPLIED).put(result).flip();
  }

  /** What became of it instead. */
  public static ByteBuffer failed(Throwable why) {
    return switch (why) {
      case RaftException.Refused refused -> {
        byte[] name = refused.why().name().getBytes(StandardCharsets.US_ASCII);
        yield ByteBuffer.allocate(9 + name.length)
            .put(REFUSED)
            .putLong(refused.leader())
            .put(name)
            .flip();
      }
      case RaftException.Superseded superseded ->
          ByteBuffer.allocate(9).put(SUPERSEDED).putLong(superseded.index()).flip();
      default -> {
        byte[] text = String.valueOf(why.getMessage()).getBytes(StandardCharsets.UTF_8);
        yield ByteBuffer.allocate(1 + text.length).put(UNKNOWN).put(text).flip();
      }
    };
  }

  /**
   * The result an answer holds.
   *
   * @throws RaftException what became of it instead
   */
  public static byte[] result(ByteBuffer answer) {
    ByteBuffer bytes = answer.slice();
    byte kind = bytes.hasRemaining() ? bytes.get() : -1;
    switch (kind) {
      case APPLIED -> {
        byte[] result = new byte[bytes.remaining()];
        bytes.get(result);
        return result;
      }
      case REFUSED -> {
        if (bytes.remaining() > 8) {
          long leader = bytes.getLong();
          throw new RaftException.Refused(refusal(bytes), leader);
        }
      }
      case SUPERSEDED -> {
        if (bytes.remaining() == 8) {
          throw new RaftException.Superseded(bytes.getLong());
        }
      }
      case UNKNOWN ->
          throw new RaftException.Unknown(
              "the leader says: " + StandardCharsets.UTF_8.decode(bytes), null);
      default -> {}
    }
    throw new RaftException.Unknown(
        "the leader's answer of kind %d and %d bytes makes no sense"
            .formatted(kind, answer.remaining()),
        null);
  }

  /** A reason that only a newer release knows is one not to be ready, for all this one can do. */
  private static Refusal refusal(ByteBuffer bytes) {
    String name = StandardCharsets.US_ASCII.decode(bytes).toString();
    for (Refusal each : Refusal.values()) {
      if (each.name().equals(name)) {
        return each;
      }
    }
    return Refusal.NOT_READY;
  }
}
