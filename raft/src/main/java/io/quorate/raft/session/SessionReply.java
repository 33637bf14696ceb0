package io.quorate.raft.session;

import java.nio.ByteBuffer;

/**
 * What a session machine answers: one byte, and what belongs to it.
 *
 * <pre>
 *   0 result       applied, now or when it was sent first
 *   1 session:8    a session is open
 *   2              there is no such session, or not any more
 *   3              the answer was known to the client already, and is forgotten
 *   4              the command makes no sense
 *   5              more answers are waited for than a session keeps
 * </pre>
 */
enum SessionReply {
  APPLIED,
  OPENED,
  NO_SESSION,
  FORGOTTEN,
  SENSELESS,
  WINDOW_FULL;

  /** The byte it is written as. */
  byte code() {
    return switch (this) {
      case APPLIED -> 0;
      case OPENED -> 1;
      case NO_SESSION -> 2;
      case FORGOTTEN -> 3;
      case SENSELESS -> 4;
      case WINDOW_FULL -> 5;
    };
  }

  byte[] alone() {
    return new byte[] {code()};
  }

  byte[] with(byte[] rest) {
    return ByteBuffer.allocate(1 + rest.length).put(code()).put(rest).array();
  }

  static byte[] opened(long session) {
    return ByteBuffer.allocate(9).put(OPENED.code()).putLong(session).array();
  }

  /** What a reply is; an unknown one, of a newer release, makes no sense here. */
  static SessionReply of(byte[] reply) {
    if (reply.length > 0) {
      for (SessionReply each : values()) {
        if (each.code() == reply[0]) {
          return each;
        }
      }
    }
    return SENSELESS;
  }
}
