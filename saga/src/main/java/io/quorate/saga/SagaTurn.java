package io.quorate.saga;

import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.Phase;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.machine.Call;
import io.quorate.core.tx.machine.Effect;
import io.quorate.core.tx.machine.Transition;
import io.quorate.core.tx.machine.TxEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The scratch pad of one transition: facts are noted, calls started, and {@link #finish} turns them
 * into the next state, one record and the effects that wait for it. Lives for one call of the
 * protocol; not thread-safe.
 */
final class SagaTurn<I> {
  private final Instant now;
  private final byte[] bodyPrefix;
  private final List<SagaFact> facts = new ArrayList<>();
  private final List<Effect> effects = new ArrayList<>();
  private final Set<String> locks = new LinkedHashSet<>();
  private SagaState<I> state;

  SagaTurn(SagaState<I> state, Instant now) {
    this(state, now, new byte[0]);
  }

  SagaTurn(SagaState<I> state, Instant now, byte[] bodyPrefix) {
    this.state = state;
    this.now = now;
    this.bodyPrefix = bodyPrefix;
  }

  SagaState<I> state() {
    return state;
  }

  Instant now() {
    return now;
  }

  TxId tx() {
    return state.tx();
  }

  /** A fact that is part of the state already and has to be written. */
  void write(SagaFact fact) {
    facts.add(fact);
  }

  void note(SagaFact fact) {
    facts.add(fact);
    state = state.with(state.ledger().apply(fact));
  }

  void emit(TxEvent event) {
    effects.add(new Effect.Emit(event));
  }

  void answer(Outcome<byte[]> outcome) {
    effects.add(new Effect.Answer(outcome));
  }

  /** From now on the step's answer is awaited. */
  void call(String step, Phase phase, Duration timeout) {
    StepState known = state.step(step);
    BranchRef ref =
        new BranchRef(
            state.tx(),
            step,
            phase,
            known.attempts() + 1,
            state.epoch(),
            state.ledger().began().startedAt());
    Call call = new Call(ref, timeout);
    Map<String, Call> inFlight = new LinkedHashMap<>(state.inFlight());
    inFlight.put(step, call);
    Map<String, Instant> polls = new LinkedHashMap<>(state.polls());
    polls.remove(step);
    state = state.with(inFlight, state.lockWaits(), polls);
    effects.add(new Effect.Emit(new TxEvent.Called(state.tx(), ref)));
    effects.add(new Effect.Start(call));
  }

  /** The step's answer has come. */
  void answered(String step) {
    Map<String, Call> inFlight = new LinkedHashMap<>(state.inFlight());
    inFlight.remove(step);
    state = state.with(inFlight, state.lockWaits(), state.polls());
  }

  /** The participant is still at it: the same call again, then. Nothing worth a record. */
  void pollAt(String step, Instant at) {
    Map<String, Instant> polls = new LinkedHashMap<>(state.polls());
    polls.put(step, at);
    state = state.with(state.inFlight(), state.lockWaits(), polls);
  }

  /** It turns back: no lock is wanted any more, and no answer of a step that was still at it. */
  void waitForNothing() {
    state = state.with(state.inFlight(), Map.of(), Map.of());
  }

  void lock(String step, String name) {
    locks.add(name);
    note(new SagaFact.Locked(step));
    waitForLock(step, null);
  }

  void waitForLock(String step, SagaState.@Nullable LockWait wait) {
    Map<String, SagaState.LockWait> waits = new LinkedHashMap<>(state.lockWaits());
    if (wait == null) {
      waits.remove(step);
    } else {
      waits.put(step, wait);
    }
    state = state.with(state.inFlight(), waits, state.polls());
  }

  /**
   * Closes the turn.
   *
   * @param wakeAt when the saga wants to be looked at again; {@code null} for not by time
   * @param stuck whether nothing moves any more without a person
   */
  Transition<SagaState<I>> finish(@Nullable Instant wakeAt, boolean stuck) {
    List<LogRecord> records = List.of();
    int seq = state.seq();
    if (!facts.isEmpty()) {
      seq++;
      records = List.of(record(seq, wakeAt, stuck));
    }
    if (wakeAt != null) {
      effects.add(new Effect.WakeAt(wakeAt));
    }
    return new Transition<>(state.at(seq, stuck), records, effects);
  }

  private LogRecord record(int seq, @Nullable Instant wakeAt, boolean stuck) {
    LogRecord.Kind kind = kind(seq, stuck);
    boolean waits =
        state.inFlight().isEmpty() && kind != LogRecord.Kind.END && kind != LogRecord.Kind.PARK;
    return new LogRecord(
        state.tx(),
        seq,
        kind,
        facts.stream().anyMatch(this::forced) ? LogRecord.Force.FORCED : LogRecord.Force.LAZY,
        waits ? wakeAt : null,
        locks,
        FactCodec.encode(bodyPrefix, facts));
  }

  private LogRecord.Kind kind(int seq, boolean stuck) {
    if (seq == 0) {
      return LogRecord.Kind.BEGIN;
    }
    if (state.ledger().ended() != null) {
      return LogRecord.Kind.END;
    }
    if (stuck) {
      return LogRecord.Kind.PARK;
    }
    if (facts.stream().anyMatch(SagaFact.Resolved.class::isInstance)) {
      return LogRecord.Kind.RESOLVE;
    }
    return facts.stream().anyMatch(SagaFact.Decided.class::isInstance)
        ? LogRecord.Kind.DECIDE
        : LogRecord.Kind.STEP;
  }

  /** What must be durable before anything that follows from it may happen. */
  private boolean forced(SagaFact fact) {
    boolean everyStep = state.ledger().began().durability() == Durability.EVERY_STEP;
    return switch (fact) {
      case SagaFact.Began b -> true;
      // Without it a crash could give the lock to another saga while this step has its effect.
      case SagaFact.Locked l -> true;
      case SagaFact.Tried t -> false;
      // Lost, it is written again by whoever takes the saga up next.
      case SagaFact.Resumed r -> false;
      case SagaFact.Done d -> everyStep;
      case SagaFact.Refused r -> true;
      // The caller may be told "undone" only if no recovery can come to another end.
      case SagaFact.Decided d -> true;
      case SagaFact.Undone u -> everyStep;
      case SagaFact.Parked p -> true;
      case SagaFact.Conflicted c -> true;
      case SagaFact.Resolved r -> true;
      case SagaFact.Migrated m -> true;
      case SagaFact.Ended e -> everyStep;
    };
  }
}
