package io.quorate.testkit.crash;

import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.FencedException;
import io.quorate.core.tx.log.LockHeldException;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.SequenceConflictException;
import io.quorate.core.tx.log.TxHead;
import io.quorate.core.tx.machine.Recovery;
import io.quorate.core.tx.machine.TransactionProtocol;
import io.quorate.core.tx.machine.UnreadableHistoryException;
import io.quorate.testkit.sim.SimTrace;
import io.quorate.testkit.sim.SimTransactionLog;
import io.quorate.testkit.sim.SimWorld;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One run from beginning to end: faults strike as the choices say, then nothing goes wrong any more
 * until nothing moves. Throws {@link Violated} where an invariant does not hold. Not thread-safe.
 */
final class Run<S> {

  /** A bound on the moves of a run: more than this is taken for a run without end. */
  static final int MOVES_MAX = 5_000;

  private static final Duration OUTAGE = Duration.ofMillis(1);

  private final TransactionProtocol<S> protocol;
  private final Settings settings;
  private final Choices choices;
  private final Budget budget;
  private final Tally tally;
  private final SimWorld world;
  private final Monitor monitor;
  private final Network<S> network;
  private final ArrayDeque<Integer> submissions = new ArrayDeque<>();
  private final int[] offered = new int[1 + Fault.values().length];
  private int offers;
  private int moves;
  private boolean isKnownFromHere;
  private Coordinator<S> coordinator;

  Run(
      TransactionProtocol<S> protocol,
      Settings settings,
      Choices choices,
      SimTrace trace,
      Tally tally) {
    this.protocol = protocol;
    this.settings = settings;
    this.choices = choices;
    this.budget = new Budget(settings.limits());
    this.tally = tally;
    this.world = new SimWorld(0, trace);
    this.monitor = new Monitor(settings);
    this.network = new Network<>(this, settings.participants().get());
    this.coordinator = new Coordinator<>(this, SimTransactionLog.on(world.clock()));
  }

  /** Plays the run to its end. */
  void play() {
    choices.restart();
    settings.work().reset().run();
    for (int i = 0; i < settings.inputs().size(); i++) {
      submissions.add(i);
    }
    while (!isKnownFromHere && isMoving()) {}
    if (isKnownFromHere) {
      return;
    }
    network.letAllArrive();
    conclude();
  }

  /** Lets one thing happen; false where nothing is left to. */
  private boolean isMoving() {
    int starts = submissions.isEmpty() ? 0 : 1;
    if (starts + network.out() == 0) {
      return world.step();
    }
    int next = order(starts + network.out());
    if (next < network.out()) {
      network.deliver(next);
    } else {
      int submission = submissions.remove();
      coordinator.begin(txId(submission), settings.inputs().get(submission));
    }
    return true;
  }

  private static TxId txId(int submission) {
    return new TxId("tx-" + (submission + 1));
  }

  private void conclude() {
    for (int i = 0; i < settings.inputs().size(); i++) {
      TxFacts facts = monitor.tx(txId(i));
      facts.end(end(facts.tx()));
      tally.ended(facts.end());
    }
    monitor.quiescent();
    try {
      settings.work().check().run();
    } catch (AssertionError failed) {
      throw new Violated(Invariants.CHECK, String.valueOf(failed.getMessage()));
    }
  }

  private TxFacts.End end(TxId tx) {
    Set<String> locks = new HashSet<>();
    for (Map.Entry<String, TxId> lock : coordinator.disk().locks().entrySet()) {
      if (lock.getValue().equals(tx)) {
        locks.add(lock.getKey());
      }
    }
    List<LogRecord> history = coordinator.log().read(tx);
    TxHead head = coordinator.log().head(tx).orElse(null);
    return new TxFacts.End(head, history.isEmpty() ? null : outcome(tx, history), locks);
  }

  private Outcome<byte[]> outcome(TxId tx, List<LogRecord> history) {
    Recovery recovery = new Recovery(history, coordinator.epoch(), now(), false);
    try {
      S state = protocol.recover(recovery, Map.of()).next();
      return protocol.standing(state).outcome();
    } catch (UnreadableHistoryException unreadable) {
      throw stuck(tx, "cannot be read: " + unreadable.getMessage());
    }
  }

  /** Whether something happens before an append, and what. */
  @Nullable Fault strikeBefore(long where) {
    offerNothing();
    offer(Fault.CRASH);
    offer(Fault.PAUSE);
    offer(Fault.LOG_AWAY_WRITTEN);
    offer(Fault.LOG_AWAY_LOST);
    Fault fault = struck();
    if (fault != null) {
      tally.struckAt(fault, where);
    }
    return fault;
  }

  /** What may happen once the effects of a turn are under way. */
  void afterTurn(Coordinator<S> by, Live<S> target, long where) {
    offerNothing();
    offer(Fault.CRASH);
    if (by.isLive(target)) {
      offer(Fault.CANCEL);
      offer(Fault.SPURIOUS_TICK);
    }
    Fault fault = struck();
    switch (fault) {
      case null -> {}
      case CRASH -> {
        tally.struckAt(fault, ~where);
        crash(by, "with all effects under way");
      }
      case CANCEL -> by.cancel(target);
      case SPURIOUS_TICK -> by.spuriousTick(target);
      default -> throw new IllegalStateException("fault " + fault + " was not offered");
    }
  }

  boolean strikesPutAside() {
    offerNothing();
    offer(Fault.PUT_ASIDE);
    return struck() != null;
  }

  /** The process dies. */
  void crash(Coordinator<S> by, String when) {
    int kept = free(by.disk().volatileAppends() + 1);
    note(by.name(), "CRASH", kept, () -> when + lost(by.disk().volatileAppends(), kept));
    by.disk().crash(kept);
    replace(by);
  }

  /**
   * The process stops just before an append, for longer than its lease, and goes on when another
   * has taken over: it does not know better than to append. It does so while the sequence still
   * fits, so that nothing but its epoch speaks against it. Refused, it has changed nothing: from
   * here on this run is the one in which the process had died, and is not played twice.
   */
  void pause(Coordinator<S> by, TxId tx, List<LogRecord> records) {
    note(by.name(), "PAUSE", 0, () -> "before " + Coordinator.describe(records));
    by.disk().persist(by.disk().volatileAppends());
    by.die();
    world.advance(OUTAGE);
    coordinator = new Coordinator<>(this, by.disk().openAnother());
    note(by.name(), "resumed", 0, () -> "appends " + Coordinator.describe(records));
    try {
      by.append(tx, records);
    } catch (FencedException | SequenceConflictException | LockHeldException refused) {
      note(by.name(), "refused", 0, () -> String.valueOf(refused.getMessage()));
    }
    isKnownFromHere = true;
  }

  private static String lost(int volatileAppends, int kept) {
    return volatileAppends == 0
        ? ""
        : "; %d of %d volatile appends survive".formatted(kept, volatileAppends);
  }

  private void replace(Coordinator<S> by) {
    Instant lastTimer = by.lastTimer();
    by.die();
    monitor.crashed();
    boolean isLong = lastTimer != null && lastTimer.isAfter(now()) && free(2) == 1;
    world.advance(
        isLong && lastTimer != null ? Duration.between(now(), lastTimer).plus(OUTAGE) : OUTAGE);
    coordinator = new Coordinator<>(this, by.disk().openAnother());
    coordinator.takeOver();
  }

  /** Starts a new list of what may strike. */
  void offerNothing() {
    offered[0] = 0;
    offers = 1;
  }

  /** Adds a fault to the list, if it may strike in this run at all. */
  void offer(Fault fault) {
    if (budget.allows(fault) && settings.faults().contains(fault)) {
      offered[offers++] = fault.code();
    }
  }

  /** What strikes, of the list. */
  @Nullable Fault struck() {
    int code = choices.fault(offered, offers);
    if (code == 0) {
      return null;
    }
    Fault fault = FAULTS[code - 1];
    budget.spend(fault);
    tally.struck(fault);
    return fault;
  }

  private static final Fault[] FAULTS = Fault.values();

  /**
   * Which of several calls is answered next. Once no fault can strike any more it is the first: the
   * orders behind the last fault are those of the runs with one fault less.
   */
  private int order(int calls) {
    return budget.isSpent() ? choices.free(1) : choices.free(calls);
  }

  /** One of so many ways, none of which is a fault. */
  int free(int ways) {
    return choices.free(ways);
  }

  void countMove(TxId tx) {
    moves++;
    if (moves > MOVES_MAX) {
      throw stuck(tx, "does not come to an end in " + MOVES_MAX + " moves");
    }
  }

  Violated stuck(TxId tx, String what) {
    return new Violated(Invariants.F, "transaction " + tx + " " + what);
  }

  void note(String actor, String kind, long key, Supplier<String> text) {
    world.note(actor, kind, key, text);
  }

  Instant now() {
    return world.now();
  }

  TransactionProtocol<S> protocol() {
    return protocol;
  }

  Settings settings() {
    return settings;
  }

  SimWorld world() {
    return world;
  }

  Monitor monitor() {
    return monitor;
  }

  Network<S> network() {
    return network;
  }
}
