package io.quorate.core.tx;

/** What a branch is asked to do. */
public enum Phase {
  /** Do it (saga), or reserve it (TCC). */
  TRY,
  /** Make the reservation final (TCC). */
  CONFIRM,
  /** Undo it (saga), or release the reservation (TCC). */
  CANCEL
}
