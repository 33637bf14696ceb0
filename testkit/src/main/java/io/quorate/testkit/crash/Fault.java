package io.quorate.testkit.crash;

/**
 * What may go wrong, or just come unexpectedly, at one point of a run. The order is that of their
 * codes, which are part of the replay format: new ones are added at the end.
 */
public enum Fault {
  /**
   * The coordinator dies: before an append, or after it with all its effects under way. What was
   * volatile survives up to any append; each call that was out is lost, or arrives later.
   */
  CRASH(1, Kind.CRASH),

  /**
   * The coordinator stops for so long, just before an append, that another takes over; then it goes
   * on with its old epoch.
   */
  PAUSE(2, Kind.CRASH),

  /** A participant refuses for a business reason; nothing has happened there. */
  REFUSAL(3, Kind.TURN),

  /** The caller wants the transaction undone. */
  CANCEL(4, Kind.TURN),

  /** A call never arrives; the coordinator hears at once that the connection was lost. */
  CALL_LOST(5, Kind.MISHAP),

  /** A call has its effect, but its reply is lost; the coordinator hears the same. */
  REPLY_LOST(6, Kind.MISHAP),

  /** A call is not answered within its time, and arrives at any moment after that. */
  CALL_LATE(7, Kind.MISHAP),

  /** A call is delivered a second time, at any later moment. */
  DUPLICATE(8, Kind.MISHAP),

  /** A participant says that it is still at it, and does the work at any later moment. */
  ONGOING(9, Kind.MISHAP),

  /** The answer comes only after a timer that the transaction has set, its deadline for example. */
  SLOW(10, Kind.MISHAP),

  /** A tick comes for nothing. */
  SPURIOUS_TICK(11, Kind.MISHAP),

  /** A transaction that waits for a later time leaves memory and is read again when it is due. */
  PUT_ASIDE(12, Kind.MISHAP),

  /**
   * An append is written, but the log does not answer for so long that the transaction is put out
   * of memory and read again, under the same epoch.
   */
  LOG_AWAY_WRITTEN(13, Kind.MISHAP),

  /** The same, with nothing written. */
  LOG_AWAY_LOST(14, Kind.MISHAP);

  /** What a fault counts as: each kind has its own limit in a run. */
  enum Kind {
    CRASH,
    TURN,
    MISHAP
  }

  private final int code;
  private final Kind kind;

  Fault(int code, Kind kind) {
    this.code = code;
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }

  /** How choices name it; 0 is "nothing goes wrong". */
  int code() {
    return code;
  }
}
