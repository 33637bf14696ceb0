package io.quorate.saga;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is durably known of one step.
 *
 * @param status the last thing established
 * @param attempts how often the current phase was tried without a known outcome
 * @param retryAt not before then is it tried again; {@code null} without a wait
 * @param result what it returned, while {@code DONE} or later; {@code null} where there is none
 * @param detail the last thing heard, for people
 * @param locked whether its lock is held
 * @param mayHaveRun whether an attempt was made whose outcome was not known
 */
record StepState(
    Status status,
    int attempts,
    @Nullable Instant retryAt,
    byte @Nullable [] result,
    String detail,
    boolean locked,
    boolean mayHaveRun) {

  static final StepState NEW = new StepState(Status.IDLE, 0, null, null, "", false, false);

  enum Status {
    /** No answer yet. Whether it runs is the live state's business. */
    IDLE,
    DONE,
    /** Said no: no effect. */
    REFUSED,
    /** Given up without an answer: to be undone like a done one. */
    DOUBTFUL,
    UNDONE,
    /** The action waits for a person. */
    PARKED,
    /** The compensation waits for a person. */
    PARKED_UNDO,
    /** The participant holds the opposite. */
    CONFLICT
  }

  boolean is(Status asked) {
    return status == asked;
  }

  /** It has, or may have, an effect that undoing must remove. */
  boolean needsUndo() {
    return status == Status.DONE || status == Status.DOUBTFUL;
  }

  /** Nobody can say what becomes of it but a person. */
  boolean needsPerson() {
    return status == Status.PARKED || status == Status.PARKED_UNDO || status == Status.CONFLICT;
  }

  /** It was, or may have been, called to act and has not said no. */
  boolean wasAskedForward() {
    return switch (status) {
      case IDLE -> mayHaveRun;
      case DONE, DOUBTFUL, PARKED, CONFLICT -> true;
      case REFUSED, UNDONE, PARKED_UNDO -> false;
    };
  }

  /** It has no effect that anybody knows of. */
  boolean leavesNothing() {
    return status == Status.IDLE || status == Status.REFUSED || status == Status.UNDONE;
  }

  StepState to(Status next, String why) {
    return new StepState(next, 0, null, result, why, locked, mayHaveRun);
  }

  StepState done(byte @Nullable [] value) {
    return new StepState(Status.DONE, 0, null, value, "", locked, mayHaveRun);
  }

  StepState tried(int attempt, Instant next, String cause) {
    return new StepState(status, attempt, next, result, cause, locked, true);
  }

  StepState asked() {
    return new StepState(status, attempts, retryAt, result, detail, locked, true);
  }

  StepState parked(Status next, int attempted, String why) {
    return new StepState(next, attempted, null, result, why, locked, mayHaveRun);
  }

  StepState withLock() {
    return new StepState(status, attempts, retryAt, result, detail, true, mayHaveRun);
  }
}
