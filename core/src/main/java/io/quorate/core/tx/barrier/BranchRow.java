package io.quorate.core.tx.barrier;

/** A branch's row. */
record BranchRow(int state, long epoch, byte[] tryResult, byte[] endResult) {
  static final int TRIED = 1;
  static final int CONFIRMED = 2;
  static final int CANCELLED = 3;
  static final int CANCELLED_BEFORE = 4;
  static final int REFUSED = 5;
}
