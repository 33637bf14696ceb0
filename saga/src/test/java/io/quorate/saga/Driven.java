package io.quorate.saga;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.Phase;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.machine.Call;
import io.quorate.core.tx.machine.Effect;
import io.quorate.core.tx.machine.Input;
import io.quorate.core.tx.machine.Recovery;
import io.quorate.core.tx.machine.Resolution;
import io.quorate.core.tx.machine.Standing;
import io.quorate.core.tx.machine.Transition;
import io.quorate.core.tx.machine.UnreadableHistoryException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One saga driven by hand through its pure protocol: no log, no thread, no clock but the one moved
 * by {@link #pass}. Names in what it returns are {@code step} for an action and {@code ~step} for a
 * compensation.
 */
final class Driven<I> {
  static final TxId TX = new TxId("tx/1");
  static final Verdict OK = new Verdict.Ok(new byte[0]);
  static final Verdict NO = new Verdict.No("no");
  static final Verdict LOST = new Verdict.Unknown("lost");

  private SagaProtocol<I> protocol;
  private final List<LogRecord> history = new ArrayList<>();
  private final Map<String, Call> out = new TreeMap<>();
  private final List<Outcome<byte[]>> told = new ArrayList<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private long epoch = 1;

  /** Which epoch wrote the last record. */
  private long lastEpoch;

  private @Nullable Instant wakeAt;
  private Map<String, TxId> busy = Map.of();
  private SagaState<I> state;
  private List<LogRecord> written = List.of();

  private Driven(SagaDefinition<I> definition, I input, Map<String, TxId> busy) {
    protocol = new SagaProtocol<>(definition);
    this.busy = busy;
    Transition<SagaState<I>> begun =
        protocol.begin(TX, definition.input().encode(input), epoch(), now, busy);
    state = begun.next();
    settle(begun);
  }

  static <I> Driven<I> begin(SagaDefinition<I> definition, I input) {
    return new Driven<>(definition, input, Map.of());
  }

  static <I> Driven<I> begin(SagaDefinition<I> definition, I input, Map<String, TxId> busy) {
    return new Driven<>(definition, input, busy);
  }

  private Epoch epoch() {
    return new Epoch("me", epoch);
  }

  /** The calls that are out. */
  Set<String> calls() {
    return out.keySet();
  }

  Call call(String name) {
    Call call = out.get(name);
    assertThat(call).as("call %s among %s", name, out.keySet()).isNotNull();
    return java.util.Objects.requireNonNull(call);
  }

  /** The call that is out is answered so. */
  Driven<I> reply(String name, Verdict verdict) {
    Call call = call(name);
    out.remove(name);
    return take(new Input.Reply(call, verdict, now));
  }

  Driven<I> ok(String name) {
    return reply(name, OK);
  }

  /** The real action or compensation runs and its verdict is delivered. */
  Driven<I> perform(String name) {
    return reply(name, protocol.perform(state, call(name)));
  }

  Driven<I> take(Input input) {
    settle(protocol.step(state, input, busy));
    return this;
  }

  Driven<I> cancel() {
    return take(new Input.Cancel("changed my mind", now));
  }

  Driven<I> resolve(String step, Resolution.Action action) {
    return take(new Input.Resolve(new Resolution(step, action, "ann", "ticket 88"), now));
  }

  /** Time passes, and the saga is woken if it asked for that. */
  Driven<I> pass(Duration duration) {
    now = now.plus(duration);
    if (wakeAt != null && !wakeAt.isAfter(now)) {
      wakeAt = null;
      take(new Input.Tick(now));
    }
    return this;
  }

  /** Time passes, and nobody wakes the saga. */
  Driven<I> passUnnoticed(Duration duration) {
    now = now.plus(duration);
    return this;
  }

  /** Time passes up to when the saga asked to be woken. */
  Driven<I> wait(String why) {
    assertThat(wakeAt).as(why).isNotNull();
    return pass(Duration.between(now, wakeAt));
  }

  Driven<I> busyLocks(Map<String, TxId> locks) {
    busy = locks;
    return this;
  }

  /** The coordinator dies; the next one finds all records, or all up to the last forced one. */
  Driven<I> crash(boolean lazySurvive) {
    return crash(lazySurvive, protocol);
  }

  Driven<I> crash(boolean lazySurvive, SagaDefinition<I> with) {
    return crash(lazySurvive, new SagaProtocol<>(with));
  }

  private Driven<I> crash(boolean lazySurvive, SagaProtocol<I> with) {
    if (!lazySurvive) {
      while (history.getLast().force() == LogRecord.Force.LAZY) {
        history.removeLast();
      }
    }
    epoch++;
    protocol = with;
    out.clear();
    told.clear();
    wakeAt = null;
    return takeUp();
  }

  /** The same coordinator forgets the saga and reads it again, as it does with one that sleeps. */
  Driven<I> putAside() {
    assertThat(out).as("nothing is out").isEmpty();
    wakeAt = null;
    return takeUp();
  }

  private Driven<I> takeUp() {
    try {
      settle(protocol.recover(recovery(), busy));
    } catch (UnreadableHistoryException unreadable) {
      throw new IllegalArgumentException(unreadable.getMessage(), unreadable);
    }
    return this;
  }

  private Recovery recovery() {
    return new Recovery(history, epoch(), now, lastEpoch != epoch);
  }

  /** Where the saga stands for somebody who reads its records now. */
  Standing read() {
    try {
      return protocol.standing(recovery());
    } catch (UnreadableHistoryException unreadable) {
      throw new IllegalArgumentException(unreadable.getMessage(), unreadable);
    }
  }

  private void settle(Transition<SagaState<I>> transition) {
    state = transition.next();
    written = transition.records();
    for (LogRecord record : written) {
      assertThat(record.seq()).as("sequence").isEqualTo(history.size());
      history.add(record);
      lastEpoch = epoch;
    }
    for (Effect effect : transition.effects()) {
      switch (effect) {
        case Effect.Start(Call call) -> {
          String name = (call.ref().phase() == Phase.CANCEL ? "~" : "") + call.ref().branch();
          assertThat(out.put(name, call)).as("call %s is out already", name).isNull();
          assertThat(call.ref().epoch().number()).isEqualTo(epoch);
        }
        case Effect.WakeAt(Instant at) -> wakeAt = at;
        case Effect.Answer(Outcome<byte[]> outcome) -> told.add(outcome);
        case Effect.Emit e -> {}
      }
    }
  }

  /** The kinds of the last transition's records, a {@code ?} behind those that are not forced. */
  List<String> written() {
    return written.stream().map(Driven::kind).toList();
  }

  private static String kind(LogRecord record) {
    return record.kind() + (record.force() == LogRecord.Force.LAZY ? "?" : "");
  }

  List<String> history() {
    return history.stream().map(Driven::kind).toList();
  }

  List<LogRecord> records() {
    return history;
  }

  LogRecord last() {
    return history.getLast();
  }

  long forced() {
    return history.stream().filter(r -> r.force() == LogRecord.Force.FORCED).count();
  }

  /** What callers were told since the last crash; at most one thing. */
  @Nullable Outcome<byte[]> told() {
    assertThat(told.size()).as("told %s", told).isLessThanOrEqualTo(1);
    return told.isEmpty() ? null : told.getFirst();
  }

  /** The only thing callers were told, which must be of this kind. */
  <T> T told(Class<T> kind) {
    Outcome<byte[]> outcome = told();
    assertThat(outcome).isInstanceOf(kind);
    return kind.cast(java.util.Objects.requireNonNull(outcome));
  }

  Driven<I> forgetTold() {
    told.clear();
    return this;
  }

  Standing standing() {
    return protocol.standing(state);
  }

  SagaState<I> state() {
    return state;
  }

  @Nullable Instant wakeAt() {
    return wakeAt;
  }

  Instant now() {
    return now;
  }
}
