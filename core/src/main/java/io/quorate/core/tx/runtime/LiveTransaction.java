package io.quorate.core.tx.runtime;

import io.quorate.core.time.Timers;
import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.FencedException;
import io.quorate.core.tx.log.IndeterminateException;
import io.quorate.core.tx.log.LockHeldException;
import io.quorate.core.tx.log.LogFullException;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogUnavailableException;
import io.quorate.core.tx.log.SequenceConflictException;
import io.quorate.core.tx.machine.Call;
import io.quorate.core.tx.machine.Effect;
import io.quorate.core.tx.machine.Input;
import io.quorate.core.tx.machine.Recovery;
import io.quorate.core.tx.machine.ResolutionRefusedException;
import io.quorate.core.tx.machine.Standing;
import io.quorate.core.tx.machine.TransactionProtocol;
import io.quorate.core.tx.machine.Transition;
import io.quorate.core.tx.machine.TxEvent;
import io.quorate.core.tx.machine.UnreadableHistoryException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One transaction in memory: takes inputs one at a time, in the order they came, on whichever
 * virtual thread brings one while nobody else is at it. Blocks that thread for appends and nothing
 * else.
 *
 * @param <S> the protocol's state
 */
final class LiveTransaction<S> {

  /** A bound on how often one input is tried anew because locks were refused to it. */
  private static final int LOCK_REFUSALS_MAX = 1_000;

  /** One piece of work, and what to do with it where the transaction has left memory meanwhile. */
  private record Job<S>(Work<S> work, Runnable ifGone) {}

  private interface Work<S> {
    void run(LiveTransaction<S> live)
        throws FencedException, SequenceConflictException, LogFullException;
  }

  /** Makes a transition, given the locks that were just refused. */
  private interface Move<S> {
    Transition<S> make(Map<String, TxId> busyLocks) throws UnreadableHistoryException;
  }

  private final TransactionRuntime runtime;
  private final TransactionProtocol<S> protocol;
  private final TxId tx;
  private final ConcurrentLinkedQueue<Job<S>> jobs = new ConcurrentLinkedQueue<>();
  private final AtomicInteger jobsLeft = new AtomicInteger();

  // Touched by one job at a time only.
  private @Nullable S state;
  private int callsOut;
  private @Nullable Instant dueInLog;
  private @Nullable Instant wakeAt;
  private Timers.@Nullable Timer wake;
  private boolean gone;
  private @Nullable Runnable whenQuiet;

  LiveTransaction(TransactionRuntime runtime, TransactionProtocol<S> protocol, TxId tx) {
    this.runtime = runtime;
    this.protocol = protocol;
    this.tx = tx;
  }

  TxId tx() {
    return tx;
  }

  TransactionProtocol<S> protocol() {
    return protocol;
  }

  /**
   * Begins the transaction, or joins the one that has its id, once it {@link #go goes}; {@code
   * caller} is told the outcome.
   */
  static <S> LiveTransaction<S> beginning(
      TransactionRuntime runtime,
      TransactionProtocol<S> protocol,
      TxId tx,
      byte[] input,
      CompletableFuture<Outcome<byte[]>> caller,
      CallScope.Surroundings from) {
    LiveTransaction<S> mine = new LiveTransaction<>(runtime, protocol, tx);
    mine.put(
        live -> {
          CallScope.Scope scope = from.enter();
          try {
            live.begin(input, caller);
          } finally {
            scope.close();
          }
        },
        () -> runtime.begin(protocol, tx, input, caller, from));
    return mine;
  }

  /**
   * Takes the transaction up from the log, once it {@link #go goes}; {@code quiet} runs when it has
   * no calls out.
   */
  static <S> LiveTransaction<S> recovering(
      TransactionRuntime runtime, TransactionProtocol<S> protocol, TxId tx, Runnable quiet) {
    LiveTransaction<S> mine = new LiveTransaction<>(runtime, protocol, tx);
    mine.put(
        live -> {
          live.whenQuiet = quiet;
          live.reload();
        },
        quiet);
    return mine;
  }

  /** Starts on its first job, which it was made with so that nobody who finds it is before it. */
  void go() {
    Thread.startVirtualThread(this::drain);
  }

  private void begin(byte[] input, CompletableFuture<Outcome<byte[]>> caller)
      throws FencedException, SequenceConflictException, LogFullException {
    runtime.waits(tx, caller);
    try {
      move(busy -> protocol.begin(tx, input, runtime.epoch(), runtime.now(), busy));
    } catch (SequenceConflictException exists) {
      if (isSameStart(protocol, input, caller)) {
        reload();
        answerIfKnown();
      } else {
        leave();
      }
    } catch (IndeterminateException unknown) {
      throw unknown;
    } catch (LogFullException | RuntimeException notBegun) {
      // Bad input, most likely. Nothing was written, so there is no transaction to be told about.
      if (state != null) {
        throw notBegun;
      }
      refuse(caller, notBegun);
    }
  }

  /** Somebody starts it again while it is under way: the same start waits for the same outcome. */
  void joinedBy(
      TransactionProtocol<?> asked, byte[] input, CompletableFuture<Outcome<byte[]>> caller) {
    submit(
        live -> {
          runtime.waits(tx, caller);
          if (live.isSameStart(asked, input, caller)) {
            live.answerIfKnown();
          }
        },
        () -> runtime.begin(asked, tx, input, caller));
  }

  /** Whether a start asks for the very transaction that has its id; tells the caller where not. */
  private boolean isSameStart(
      TransactionProtocol<?> asked, byte[] input, CompletableFuture<Outcome<byte[]>> caller) {
    List<LogRecord> history = runtime.log().read(tx);
    if (history.isEmpty()) {
      // Ended and forgotten a moment ago: the id is free again.
      leave();
      runtime.waitsNoMore(tx, caller);
      runtime.begin(asked, tx, input, caller);
      return false;
    }
    String differs = Views.difference(asked, history.getFirst(), input);
    if (differs != null) {
      runtime.refuse(tx, caller, new ReusedIdException(tx, differs));
    }
    return differs == null;
  }

  /** Those who join late hear what others were told already. */
  private void answerIfKnown() {
    if (!gone) {
      Outcome<byte[]> outcome = protocol.standing(current()).outcome();
      if (!(outcome instanceof Outcome.Pending)) {
        runtime.tell(tx, outcome);
      }
    }
  }

  /**
   * Gives the protocol an input.
   *
   * @param told hears the standing after it, or why it is not known to have been taken
   * @param ifGone runs instead when the transaction has left memory
   */
  void feed(
      Function<Instant, Input> input,
      BiConsumer<@Nullable Standing, @Nullable RuntimeException> told,
      Runnable ifGone) {
    submit(
        live -> {
          boolean taken;
          try {
            taken = live.take(input.apply(runtime.now()));
          } catch (ResolutionRefusedException refused) {
            told.accept(null, refused);
            return;
          } catch (Exception | Error failed) {
            told.accept(null, notTaken(failed));
            throw failed;
          }
          if (taken) {
            told.accept(protocol.standing(live.current()), null);
          } else {
            ifGone.run();
          }
        },
        ifGone);
  }

  /** What the one who asked hears when it is not known that the input was taken. */
  private RuntimeException notTaken(Throwable failed) {
    return switch (failed) {
      case LogUnavailableException away -> away;
      case IndeterminateException unknown -> unknown;
      case FencedException fenced ->
          new CoordinatorStoppedException("another coordinator has taken over: " + fenced, fenced);
      default -> new IllegalStateException("transaction %s: %s".formatted(tx, failed), failed);
    };
  }

  private boolean put(Work<S> work, Runnable ifGone) {
    jobs.add(new Job<>(work, ifGone));
    return jobsLeft.getAndIncrement() == 0;
  }

  private void submit(Work<S> work, Runnable ifGone) {
    if (put(work, ifGone)) {
      Thread.startVirtualThread(this::drain);
    }
  }

  /** As {@link #submit}, on the calling thread where nobody else is at it. */
  private void answerCall(Work<S> work) {
    if (put(work, () -> {})) {
      drain();
    }
  }

  private void drain() {
    runtime.driving().begin();
    try {
      do {
        Job<S> job = jobs.poll();
        if (job == null) {
          throw new IllegalStateException("no job where one was counted");
        }
        if (!gone && runtime.isStopped()) {
          leave();
          quiet();
        }
        if (gone) {
          job.ifGone().run();
        } else {
          run(job.work());
        }
      } while (jobsLeft.decrementAndGet() > 0);
    } finally {
      runtime.driving().end();
    }
  }

  private void run(Work<S> work) {
    try {
      work.run(this);
      if (!gone && callsOut == 0 && wake == null && jobsLeft.get() == 1) {
        // Nothing moves it but a person, and none is here.
        leave();
      }
    } catch (LogUnavailableException | IndeterminateException away) {
      leave();
      runtime.logAway(tx, away);
    } catch (FencedException fenced) {
      leave();
      runtime.fenced(fenced);
    } catch (SequenceConflictException | LogFullException | RuntimeException | Error broken) {
      leave();
      runtime.broken(tx, broken);
    }
    if (gone || callsOut == 0) {
      quiet();
    }
  }

  /** False where the transaction has left memory before the input could be given to it. */
  private boolean take(Input input)
      throws FencedException, SequenceConflictException, LogFullException {
    try {
      move(stepping(input));
    } catch (SequenceConflictException overtaken) {
      // Somebody else has written, an operator's process for example: look again, then take it.
      reload();
      if (gone) {
        return false;
      }
      move(stepping(input));
    }
    return true;
  }

  private Move<S> stepping(Input input) {
    S current = current();
    return busy -> protocol.step(current, input, busy);
  }

  private void reload() throws FencedException, SequenceConflictException, LogFullException {
    List<LogRecord> history = runtime.log().read(tx);
    if (history.isEmpty()) {
      leave();
      return;
    }
    boolean afterCrash =
        runtime.log().head(tx).map(head -> head.epoch() != runtime.epoch().number()).orElse(true);
    Recovery recovery = new Recovery(history, runtime.epoch(), runtime.now(), afterCrash);
    state = null;
    dueInLog = history.getLast().due();
    move(busy -> protocol.recover(recovery, busy));
    if (!gone) {
      runtime.takenUp(tx);
    }
  }

  private void refuse(CompletableFuture<Outcome<byte[]>> caller, Exception why) {
    leave();
    runtime.refuse(tx, caller, why);
  }

  private void move(Move<S> move)
      throws FencedException, SequenceConflictException, LogFullException {
    Map<String, TxId> busy = Map.of();
    for (int refusals = 0; refusals < LOCK_REFUSALS_MAX; refusals++) {
      Transition<S> transition;
      try {
        transition = move.make(busy);
      } catch (UnreadableHistoryException unreadable) {
        leave();
        runtime.broken(tx, unreadable);
        return;
      }
      try {
        runtime.writer().append(transition.records());
      } catch (LockHeldException held) {
        Map<String, TxId> more = new HashMap<>(busy);
        more.put(held.lock(), held.holder());
        busy = Map.copyOf(more);
        continue;
      }
      settle(transition);
      return;
    }
    throw new IllegalStateException(
        "transaction " + tx + " was refused locks " + LOCK_REFUSALS_MAX + " times for one input");
  }

  private void settle(Transition<S> transition) {
    state = transition.next();
    if (transition.records().isEmpty() && transition.effects().isEmpty()) {
      return;
    }
    if (!transition.records().isEmpty()) {
      dueInLog = transition.records().getLast().due();
    }
    sleep();
    wakeAt = null;
    transition.effects().forEach(this::perform);
    // Only now: whether it can be put aside depends on all effects.
    if (wakeAt != null) {
      wakeAt(wakeAt);
    }
  }

  private void perform(Effect effect) {
    switch (effect) {
      case Effect.Start(Call call) -> {
        callsOut++;
        runtime
            .calls()
            .start(
                protocol,
                current(),
                call,
                verdict ->
                    answerCall(
                        live -> {
                          live.callsOut--;
                          live.take(new Input.Reply(call, verdict, runtime.now()));
                        }));
      }
      case Effect.WakeAt(Instant at) -> wakeAt = at;
      case Effect.Answer(Outcome<byte[]> outcome) -> runtime.tell(tx, outcome);
      case Effect.Emit(TxEvent event) -> runtime.emit(event);
    }
  }

  private void wakeAt(Instant at) {
    Duration pause = Duration.between(runtime.now(), at);
    if (callsOut == 0
        && jobsLeft.get() == 1 // Nobody is here who wants something of it.
        && at.equals(dueInLog)
        && pause.compareTo(runtime.config().putAsideAfter()) > 0) {
      leave();
      return;
    }
    wake =
        runtime.after(
            pause,
            () ->
                submit(
                    live -> {
                      live.wake = null;
                      live.take(new Input.Tick(runtime.now()));
                    },
                    () -> {}));
  }

  private void sleep() {
    Timers.Timer armed = wake;
    wake = null;
    if (armed != null) {
      armed.cancel();
    }
  }

  /** Out of memory: whoever wants it next reads it from the log. */
  private void leave() {
    if (!gone) {
      gone = true;
      sleep();
      runtime.drop(this);
    }
  }

  private void quiet() {
    Runnable hook = whenQuiet;
    whenQuiet = null;
    if (hook != null) {
      hook.run();
    }
  }

  private S current() {
    S current = state;
    if (current == null) {
      throw new IllegalStateException("transaction " + tx + " has no state yet");
    }
    return current;
  }
}
