package io.quorate.core.tx.runtime;

import static java.util.Objects.requireNonNull;

import io.quorate.core.time.Timers;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.machine.Call;
import io.quorate.core.tx.machine.TransactionProtocol;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Performs calls, each on a virtual thread of its own, and sees to it that each is answered once:
 * by the participant, or as unknown when its time is up. A call whose time is up is interrupted
 * first and given a moment to end, so that its effect and that of the next attempt do not overlap
 * where that can be avoided.
 */
final class CallRunner {
  private static final Timers.Timer NONE = () -> {};

  private final Timers timers;
  private final Duration grace;
  private final Observers observers;
  private final Set<Running> running = ConcurrentHashMap.newKeySet();
  private final UnderWay out = new UnderWay();
  private volatile boolean stopped;

  CallRunner(Timers timers, Duration grace, Observers observers) {
    this.timers = timers;
    this.grace = grace;
    this.observers = observers;
  }

  /**
   * Starts the call; {@code answer} is told its verdict, once, on a virtual thread. Once stopped,
   * nothing is started and nobody is told.
   */
  <S> void start(TransactionProtocol<S> protocol, S state, Call call, Consumer<Verdict> answer) {
    Running run = new Running(call, () -> verdictOf(protocol, state, call), answer);
    out.begin();
    running.add(run);
    // Asked after it was added: stopping interrupts all it finds, and starting asks last.
    if (stopped) {
      run.discard();
      return;
    }
    run.timeout = after(call.timeout(), run::interrupt);
    run.thread.start();
  }

  private <S> Verdict verdictOf(TransactionProtocol<S> protocol, S state, Call call) {
    CallScope.Scope scope = observers.around(call.ref());
    try {
      return requireNonNull(protocol.perform(state, call), "no verdict");
    } catch (Throwable thrown) {
      return new Verdict.Unknown(thrown.toString());
    } finally {
      scope.close();
    }
  }

  private Timers.Timer after(Duration delay, Runnable task) {
    try {
      return timers.after(delay, task);
    } catch (IllegalStateException closed) {
      // Stopped in between: nobody waits for an answer any more.
      return NONE;
    }
  }

  /** How many calls are out. */
  int out() {
    return out.count();
  }

  /** Waits until no calls are out, or that long. */
  void awaitNone(Duration atMost) {
    out.awaitNone(atMost);
  }

  /** Starts no more calls and interrupts all that are out. */
  void stop() {
    stopped = true;
    running.forEach(Running::interrupt);
  }

  private final class Running {
    private final Call call;
    private final Consumer<Verdict> answer;

    /**
     * Held while deciding who answers, so that an interrupt never hits what comes after the call.
     */
    private final ReentrantLock decision = new ReentrantLock();

    private final Thread thread;
    private boolean answered;
    private boolean interrupted;
    private volatile Timers.Timer timeout = NONE;

    Running(Call call, Supplier<Verdict> verdict, Consumer<Verdict> answer) {
      this.call = call;
      this.answer = answer;
      this.thread = Thread.ofVirtual().name("call ", 0).unstarted(() -> finish(verdict.get()));
    }

    /** Time is up, or the coordinator closes: the call has a moment to end by itself. */
    void interrupt() {
      decision.lock();
      try {
        if (!answered) {
          interrupted = true;
          thread.interrupt();
          timeout = after(grace, () -> Thread.startVirtualThread(this::giveUp));
        }
      } finally {
        decision.unlock();
      }
    }

    private void giveUp() {
      finish(noAnswer());
    }

    private Verdict.Unknown noAnswer() {
      return new Verdict.Unknown(
          stopped ? "the coordinator stopped" : "no answer within " + call.timeout());
    }

    void finish(Verdict verdict) {
      boolean cutShort;
      decision.lock();
      try {
        if (answered) {
          return;
        }
        answered = true;
        timeout.cancel();
        cutShort = interrupted;
        // Whoever sent one: it must not reach what comes after the call.
        Thread.interrupted();
      } finally {
        decision.unlock();
      }
      try {
        answer.accept(cutShort && verdict instanceof Verdict.Unknown ? noAnswer() : verdict);
      } finally {
        discard();
      }
    }

    /** No longer out: only now, so that who waits for that finds what follows from the answer. */
    void discard() {
      running.remove(this);
      out.end();
    }
  }
}
