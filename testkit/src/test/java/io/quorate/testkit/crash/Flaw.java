package io.quorate.testkit.crash;

/** What can be wrong with a {@link Relay}: each is a bug that some system has had. */
enum Flaw {
  /** Calls go out on a BEGIN that a crash may lose. */
  BEGIN_NOT_FORCED,
  /** The decision to undo is acted on before it is durable. */
  DECISION_NOT_FORCED,
  /** The caller is told "done" on an END that a crash may lose. */
  TOLD_BEFORE_DURABLE,
  /** Branches are undone in the order they were done. */
  UNDONE_IN_ORDER,
  /** A branch that never answered is not undone. */
  UNKNOWN_NOT_UNDONE,
  /** A branch that refused is not told to cancel, although an earlier call may still arrive. */
  REFUSED_NOT_CANCELLED,
  /** It ends without undoing anything. */
  ENDS_WITHOUT_UNDOING,
  /** After an unknown answer nothing is set to try again. */
  RETRY_LOST,
  /** It does not take note of what it is told, and asks again without end. */
  ASKS_FOR_EVER,
  /** Taken up after a crash, it takes the last branch as settled. */
  RECOVERY_FORGETS_A_BRANCH,
  /** A request to cancel is followed even after the decision to go forward. */
  CANCEL_AFTER_DECISION,
  /** It decides to go forward when the first branch is done. */
  DECIDES_TOO_EARLY,
  /** A branch that does not answer in the second phase is taken as done. */
  UNKNOWN_TAKEN_AS_DONE,
  /** An unknown answer is told as a hazard. */
  HAZARD_FROM_SILENCE,
  /** All branches start at once, whatever they wait for. */
  STARTS_TOO_EARLY,
  /** The point of no return is not one. */
  UNDONE_PAST_NO_RETURN,
  /** It throws at an answer it did not expect. */
  THROWS_AT_ONGOING
}
