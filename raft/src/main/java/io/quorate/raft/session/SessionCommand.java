package io.quorate.raft.session;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a session machine is told, as bytes; numbers big-endian:
 *
 * <pre>
 *   0 command                                 without a session: applied as often as it is sent
 *   1                                         opens a session
 *   2 session:8 number:8 known:8 command      the session's command of that number
 *   3 session:8                               closes a session
 * </pre>
 */
sealed interface SessionCommand {
  byte PLAIN = 0;
  byte OPEN = 1;
  byte CALL = 2;
  byte CLOSE = 3;

  /** Outside of any session. */
  record Plain(ByteBuffer command) implements SessionCommand {}

  /** A new session. */
  record Open() implements SessionCommand {}

  /**
   * A session's command.
   *
   * @param number which, from 1 on
   * @param known all up to this number have been answered, as the client knows
   */
  record Call(long session, long number, long known, ByteBuffer command)
      implements SessionCommand {}

  /** The end of a session. */
  record Close(long session) implements SessionCommand {}

  static byte[] encode(SessionCommand command) {
    return switch (command) {
      case Plain plain ->
          ByteBuffer.allocate(1 + plain.command.remaining())
              .put(PLAIN)
              .put(plain.command.duplicate())
              .array();
      case Open open -> new byte[] {OPEN};
      case Call call ->
          ByteBuffer.allocate(25 + call.command.remaining())
              .put(CALL)
              .putLong(call.session)
              .putLong(call.number)
              .putLong(call.known)
              .put(call.command.duplicate())
              .array();
      case Close close -> ByteBuffer.allocate(9).put(CLOSE).putLong(close.session).array();
    };
  }

  /** Null for what makes no sense: the same on every node, whoever sent it. */
  static @Nullable SessionCommand decode(ByteBuffer bytes) {
    ByteBuffer in = bytes.slice();
    if (!in.hasRemaining()) {
      return null;
    }
    return switch (in.get()) {
      case PLAIN -> new Plain(in.slice());
      case OPEN -> in.hasRemaining() ? null : new Open();
      case CALL ->
          in.remaining() < 24
              ? null
              : new Call(in.getLong(), in.getLong(), in.getLong(), in.slice());
      case CLOSE -> in.remaining() == 8 ? new Close(in.getLong()) : null;
      default -> null;
    };
  }
}
