package io.quorate.testkit.crash;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.log.EpochHeldException;
import io.quorate.core.tx.log.FencedException;
import io.quorate.core.tx.log.LockHeldException;
import io.quorate.core.tx.log.LogFullException;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.SequenceConflictException;
import io.quorate.core.tx.log.TransactionLog;
import io.quorate.core.tx.log.TxHead;
import io.quorate.core.tx.machine.Call;
import io.quorate.core.tx.machine.Effect;
import io.quorate.core.tx.machine.Input;
import io.quorate.core.tx.machine.Recovery;
import io.quorate.core.tx.machine.TransactionProtocol;
import io.quorate.core.tx.machine.Transition;
import io.quorate.core.tx.machine.TxEvent;
import io.quorate.core.tx.machine.UnreadableHistoryException;
import io.quorate.testkit.seed.SeededRandom;
import io.quorate.testkit.sim.SimEvent;
import io.quorate.testkit.sim.SimTransactionLog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One life of a coordinator: the interpreter of transitions that production has too, one event at a
 * time, with a chance to die around each append. Not thread-safe.
 */
final class Coordinator<S> {
  private static final int LOCK_REFUSALS_MAX = 1_000;
  private static final int DUE_MAX = 10_000;
  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final Duration LOG_AWAY = Duration.ofSeconds(1);

  private final Run<S> run;
  private final TransactionProtocol<S> protocol;
  private final SimTransactionLog disk;
  private final TransactionLog log;
  private final String name;
  private final Epoch epoch;
  private final Map<TxId, Live<S>> live = new LinkedHashMap<>();

  private final List<SimEvent> scheduled = new ArrayList<>();
  private boolean dead;

  /** Makes a transition, given the locks that were just refused. */
  private interface Move<S> {
    Transition<S> make(Map<String, TxId> busyLocks) throws UnreadableHistoryException;
  }

  Coordinator(Run<S> run, SimTransactionLog disk) {
    this.run = run;
    this.protocol = run.protocol();
    this.disk = disk;
    this.log = run.settings().logView().apply(disk);
    try {
      // The same name each time: waiting for a lease has no part in safety.
      this.epoch = log.acquire("node", LEASE);
    } catch (EpochHeldException held) {
      throw new IllegalStateException("the log made its own owner wait", held);
    }
    this.name = "node/" + epoch.number();
    run.monitor().acquired(epoch);
    run.note(name, "acquired", epoch.number(), () -> "epoch " + epoch.number());
  }

  SimTransactionLog disk() {
    return disk;
  }

  TransactionLog log() {
    return log;
  }

  Epoch epoch() {
    return epoch;
  }

  String name() {
    return name;
  }

  void begin(TxId tx, byte[] input) {
    Live<S> mine = new Live<>(tx);
    live.put(tx, mine);
    move(mine, "begin", busy -> protocol.begin(tx, input, epoch, run.now(), busy));
  }

  /** Takes up all that the log calls due, as after a start. */
  void takeOver() {
    List<TxHead> due;
    try {
      due = log.due(epoch, DUE_MAX);
    } catch (FencedException fenced) {
      throw new IllegalStateException("a new coordinator is fenced at once", fenced);
    }
    for (TxHead head : due) {
      takeUp(head.tx());
      if (dead) {
        return;
      }
    }
    for (TxHead head : log.list(Set.of(TxHead.Status.OPEN), null, DUE_MAX)) {
      Instant at = head.due();
      if (at != null && !live.containsKey(head.tx())) {
        schedule(at, () -> takeUp(head.tx()));
      }
    }
  }

  private void takeUp(TxId tx) {
    if (dead || live.containsKey(tx)) {
      return;
    }
    List<LogRecord> history = log.read(tx);
    if (history.isEmpty()) {
      return;
    }
    Live<S> taken = new Live<>(tx);
    taken.last(history.getLast());
    live.put(tx, taken);
    boolean afterCrash = log.head(tx).map(head -> head.epoch() != epoch.number()).orElse(true);
    Recovery recovery = new Recovery(history, epoch, run.now(), afterCrash);
    move(taken, "recover", busy -> protocol.recover(recovery, busy));
  }

  void reply(Sent<S> sent, Verdict verdict) {
    Live<S> target = sent.live();
    if (dead || target.isGone()) {
      return;
    }
    target.answered();
    run.note(name, "reply", sent.key(), () -> sent.name() + ": " + Network.words(verdict));
    step(target, "reply " + sent.name(), new Input.Reply(sent.call(), verdict, run.now()));
  }

  private void tick(Live<S> target) {
    run.note(name, "tick", 0, () -> target.tx().value());
    step(target, "tick", new Input.Tick(run.now()));
  }

  void cancel(Live<S> target) {
    run.note("caller", "cancel", 0, () -> target.tx().value());
    step(target, "cancel", new Input.Cancel("asked to", run.now()));
  }

  void spuriousTick(Live<S> target) {
    tick(target);
  }

  private void step(Live<S> target, String turn, Input input) {
    S state = target.state();
    move(target, turn, busy -> protocol.step(state, input, busy));
  }

  private void move(Live<S> target, String turn, Move<S> move) {
    run.countMove(target.tx());
    Map<String, TxId> busy = Map.of();
    for (int refusals = 0; refusals < LOCK_REFUSALS_MAX; refusals++) {
      Transition<S> transition = make(target, turn, move, busy);
      List<LogRecord> records = transition.records();
      if (records.isEmpty()) {
        settle(target, turn, transition);
        return;
      }
      Fault fault = run.strikeBefore(where(turn, records.getFirst()));
      switch (fault) {
        case null -> {}
        case CRASH -> {
          run.crash(this, "before " + describe(records));
          return;
        }
        case PAUSE -> {
          run.pause(this, target.tx(), records);
          return;
        }
        case LOG_AWAY_LOST -> {
          putOut(target);
          return;
        }
        default -> {}
      }
      try {
        append(target.tx(), records);
      } catch (LockHeldException held) {
        run.note(name, "locked", held.lock().hashCode(), held::getMessage);
        Map<String, TxId> more = new HashMap<>(busy);
        more.put(held.lock(), held.holder());
        busy = more;
        continue;
      } catch (SequenceConflictException | FencedException overtaken) {
        throw new IllegalStateException("nobody else writes, and yet", overtaken);
      }
      if (fault == Fault.LOG_AWAY_WRITTEN) {
        putOut(target);
      } else {
        settle(target, turn, transition);
      }
      return;
    }
    throw run.stuck(target.tx(), "was refused locks " + LOCK_REFUSALS_MAX + " times for one input");
  }

  private Transition<S> make(Live<S> target, String turn, Move<S> move, Map<String, TxId> busy) {
    try {
      return move.make(busy);
    } catch (UnreadableHistoryException | RuntimeException thrown) {
      throw run.stuck(target.tx(), "cannot take " + turn + ": " + thrown);
    }
  }

  /** Appends under this coordinator's epoch, whatever has become of it. */
  void append(TxId tx, List<LogRecord> records)
      throws FencedException, SequenceConflictException, LockHeldException {
    try {
      log.append(epoch, records);
    } catch (LogFullException full) {
      throw new IllegalStateException("a simulated log is full only if it is told to be", full);
    }
    run.note(name, "append", key(records), () -> describe(records));
    run.monitor().appended(tx, epoch);
  }

  /** The log does not answer: out of memory, and read again once it does. */
  private void putOut(Live<S> target) {
    run.note(name, "log-away", 0, () -> target.tx() + " is put out of memory");
    leave(target);
    run.network().orphan(target);
    schedule(run.now().plus(LOG_AWAY), () -> takeUp(target.tx()));
  }

  private void settle(Live<S> target, String turn, Transition<S> transition) {
    target.state(transition.next());
    if (transition.records().isEmpty() && transition.effects().isEmpty()) {
      return;
    }
    if (!transition.records().isEmpty()) {
      target.last(transition.records().getLast());
    }
    run.monitor()
        .moved(target.tx(), protocol.standing(transition.next()), disk.volatileAppends() == 0);
    target.woken();
    for (Effect effect : transition.effects()) {
      perform(target, effect);
    }
    if (!target.isGone() && !target.hasCallsOut() && target.wakeAt() == null) {
      sleepInLog(target);
    }
    run.afterTurn(this, target, turn.hashCode());
  }

  private void perform(Live<S> target, Effect effect) {
    switch (effect) {
      case Effect.Start(Call call) -> {
        target.called();
        run.note(
            name,
            "call",
            call.ref().branch().hashCode(),
            () ->
                "%s %s, attempt %d"
                    .formatted(call.ref().branch(), call.ref().phase(), call.ref().attempt()));
        run.network().send(new Sent<>(this, target, call, target.state()));
      }
      case Effect.WakeAt(Instant at) -> wakeAt(target, at);
      case Effect.Answer(Outcome<byte[]> outcome) -> {
        String word = outcome.getClass().getSimpleName();
        run.note("caller", "told", word.hashCode(), () -> target.tx() + ": " + word);
        run.monitor().told(target.tx(), outcome);
      }
      case Effect.Emit(TxEvent event) -> {}
    }
  }

  private void wakeAt(Live<S> target, Instant at) {
    if (!target.hasCallsOut() && at.equals(target.dueInLog()) && run.strikesPutAside()) {
      run.note(name, "aside", 0, () -> target.tx() + " until it is due in the log");
      sleepInLog(target);
      return;
    }
    target.woken();
    SimEvent event =
        schedule(
            at,
            () -> {
              target.woken();
              tick(target);
            });
    target.sleepUntil(at, event);
  }

  /** Out of memory; the log's due time brings it back, if it has one. */
  private void sleepInLog(Live<S> target) {
    leave(target);
    Instant at = target.dueInLog();
    if (at != null && !target.isAtRest()) {
      schedule(at, () -> takeUp(target.tx()));
    }
  }

  private void leave(Live<S> target) {
    target.leave();
    live.remove(target.tx());
  }

  /** Does something at that time if this coordinator still lives. */
  SimEvent schedule(Instant at, Runnable action) {
    SimEvent event = run.world().at(at, action);
    scheduled.add(event);
    return event;
  }

  /** When the last of its timers would have come; {@code null} where none is set. */
  @Nullable Instant lastTimer() {
    Instant last = null;
    for (Live<S> each : live.values()) {
      Instant at = each.wakeAt();
      if (at != null && (last == null || at.isAfter(last))) {
        last = at;
      }
    }
    return last;
  }

  /** Nothing more happens by this coordinator, but for what a paused one has before it. */
  void die() {
    dead = true;
    scheduled.forEach(SimEvent::cancel);
    live.values().forEach(run.network()::orphan);
    live.values().forEach(Live::leave);
    live.clear();
  }

  boolean isLive(Live<S> target) {
    return !dead && !target.isGone();
  }

  private static long where(String turn, LogRecord record) {
    return SeededRandom.mix(
        31L * turn.hashCode() + 7L * record.seq() + record.kind().name().hashCode());
  }

  private static long key(List<LogRecord> records) {
    long key = 1;
    for (LogRecord record : records) {
      key = 31 * key + record.seq();
      key = 31 * key + record.kind().name().hashCode();
      key = 31 * key + record.force().name().hashCode();
      key = 31 * key + Arrays.hashCode(record.body());
    }
    return key;
  }

  static String describe(List<LogRecord> records) {
    StringBuilder text = new StringBuilder();
    for (LogRecord record : records) {
      text.append(text.isEmpty() ? "" : ", ")
          .append(record.tx())
          .append('#')
          .append(record.seq())
          .append(' ')
          .append(record.kind())
          .append(record.force() == LogRecord.Force.LAZY ? " lazy" : " forced");
    }
    return text.toString();
  }
}
