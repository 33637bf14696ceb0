package io.quorate.raftsim;

/** What became of something a client asked for. */
public sealed interface Outcome {

  /**
   * It was done.
   *
   * @param result what the state machine gave
   */
  record Done(byte[] result) implements Outcome {}

  /** It was not done, and never will be. */
  record NotDone() implements Outcome {}

  /** It may have been done, or may yet be: the answer did not come in time, or said so. */
  record Unknown() implements Outcome {}
}
