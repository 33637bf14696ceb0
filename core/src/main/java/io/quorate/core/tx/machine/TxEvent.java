package io.quorate.core.tx.machine;

import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.Verdict;
import java.time.Duration;
import java.time.Instant;

/** What observers are told, after it is durable. */
public sealed interface TxEvent {

  /** The transaction this is about. */
  TxId tx();

  /** It began, in this process. */
  record Began(TxId tx, ProtocolId protocol) implements TxEvent {}

  /** It was taken up from the log. */
  record Recovered(TxId tx, ProtocolId protocol, int records) implements TxEvent {}

  /** A participant is about to be asked. */
  record Called(TxId tx, BranchRef ref) implements TxEvent {}

  /** A participant answered, or its time ran out. */
  record Answered(TxId tx, BranchRef ref, Verdict verdict) implements TxEvent {}

  /** An attempt failed; another follows. */
  record RetryScheduled(TxId tx, BranchRef ref, Duration pause, String cause) implements TxEvent {}

  /** A lock is held by another transaction. */
  record WaitingForLock(TxId tx, String lock, TxId holder) implements TxEvent {}

  /** The outcome is decided. */
  record Decided(TxId tx, boolean forward, String why) implements TxEvent {}

  /** A person has to look. */
  record Parked(TxId tx, String branch, String why, int attempts) implements TxEvent {}

  /** A person has decided. */
  record Resolved(TxId tx, Resolution resolution, Instant at) implements TxEvent {}

  /** It ended. */
  record Ended(TxId tx, boolean done) implements TxEvent {}
}
