package io.quorate.core.tx.machine;

import io.quorate.core.tx.Outcome;
import java.time.Instant;

/** What may happen once a transition's records are durable. */
public sealed interface Effect {

  /** Make a call; its answer comes back as {@link Input.Reply}. */
  record Start(Call call) implements Effect {}

  /**
   * Give the transaction an {@link Input.Tick} at this time. The latest request replaces others.
   */
  record WakeAt(Instant at) implements Effect {}

  /**
   * Tell everybody who waits. {@link Outcome.Done} and {@link Outcome.Undone} end the transaction;
   * a {@link Outcome.Parked} or {@link Outcome.Hazard} answers those who wait now.
   */
  record Answer(Outcome<byte[]> outcome) implements Effect {}

  /** Tell the observers. */
  record Emit(TxEvent event) implements Effect {}
}
