package io.quorate.testkit.crash;

import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.Phase;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.machine.Call;
import io.quorate.core.tx.machine.Effect;
import io.quorate.core.tx.machine.Transition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The scratch pad of one transition of a {@link Relay}. */
final class RelayTurn {
  private final Relay relay;
  private final Instant now;
  private final List<String> facts = new ArrayList<>();
  private final List<Effect> effects = new ArrayList<>();
  private RelayState state;

  RelayTurn(Relay relay, RelayState state, Instant now) {
    this.relay = relay;
    this.state = state;
    this.now = now;
  }

  RelayState state() {
    return state;
  }

  Instant now() {
    return now;
  }

  void note(String fact) {
    facts.add(fact);
    if (!fact.startsWith("begun ")) {
      state = state.apply(fact);
    }
  }

  void decide(boolean forward) {
    note(forward ? "forward" : "back");
  }

  void answer(Outcome<byte[]> outcome) {
    effects.add(new Effect.Answer(outcome));
  }

  void call(String branch, Phase phase) {
    Call call = Relay.call(state, branch, phase);
    Map<String, Call> out = new LinkedHashMap<>(state.out());
    out.put(branch, call);
    state = state.calls(out);
    effects.add(new Effect.Start(call));
  }

  void answered(Call call) {
    Map<String, Call> out = new LinkedHashMap<>(state.out());
    out.remove(call.ref().branch());
    state = state.calls(out);
  }

  Transition<RelayState> finish(@Nullable Instant wakeAt, boolean parks, @Nullable String lock) {
    List<LogRecord> records = List.of();
    int seq = state.seq();
    if (!facts.isEmpty()) {
      seq++;
      LogRecord.Kind kind = kind(seq, parks);
      boolean waits = state.out().isEmpty() && state.done() == null && !relay.has(Flaw.RETRY_LOST);
      records =
          List.of(
              new LogRecord(
                  state.tx(),
                  seq,
                  kind,
                  relay.force(kind, facts),
                  waits ? wakeAt : null,
                  lock == null ? Set.of() : Set.of(lock),
                  relay.body(seq, facts)));
    }
    return new Transition<>(state.at(seq, parks), records, relay.effects(wakeAt, effects));
  }

  private LogRecord.Kind kind(int seq, boolean parks) {
    if (seq == 0) {
      return LogRecord.Kind.BEGIN;
    }
    if (state.done() != null) {
      return LogRecord.Kind.END;
    }
    if (parks) {
      return LogRecord.Kind.PARK;
    }
    return facts.contains("forward") || facts.contains("back")
        ? LogRecord.Kind.DECIDE
        : LogRecord.Kind.STEP;
  }
}
