package io.quorate.core.tx.machine;

import io.quorate.core.tx.Verdict;
import java.time.Instant;

/** What can happen to a transaction. Each input carries the log's time at which it is taken. */
public sealed interface Input {

  /** The log's time. */
  Instant now();

  /**
   * A participant answered, or the call ended without an answer ({@link Verdict.Unknown}). A reply
   * to a call the state no longer waits for is ignored by the protocol.
   */
  record Reply(Call call, Verdict verdict, Instant now) implements Input {}

  /** A time asked for by {@link Effect.WakeAt} has come. May be late, and may come for nothing. */
  record Tick(Instant now) implements Input {}

  /** The caller wants the transaction undone, if that is still possible. */
  record Cancel(String reason, Instant now) implements Input {}

  /** A person has decided; see {@link Resolution}. */
  record Resolve(Resolution resolution, Instant now) implements Input {}
}
