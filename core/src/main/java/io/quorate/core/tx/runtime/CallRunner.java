package io.quorate.core.tx.runtime;

import io.quorate.core.time.Timers;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.machine.Call;
import io.quorate.core.tx.machine.TransactionProtocol;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Performs calls, each on a virtual thread of its own, and sees to it that each is answered once:
 * by the participant, or as unknown when its time is up. A call whose time is up is interrupted
 * first and given a moment to end, so that its effect and that of the next attempt do not overlap
 * where that can be avoided.
 */
final class CallRunner {
  private final Timers timers;
  private final Duration grace;
  private final Set<Running> running = ConcurrentHashMap.newKeySet();

  CallRunner(Timers timers, Duration grace) {
    this.timers = timers;
    this.grace = grace;
  }

  /** Starts the call; {@code answer} is told its verdict, once, on a virtual thread. */
  <S> void start(TransactionProtocol<S> protocol, S state, Call call, Consumer<Verdict> answer) {
    Running run = new Running(call, answer);
    run.thread =
        Thread.ofVirtual()
            .name("call ", 0)
            .unstarted(() -> run.finish(verdictOf(protocol, state, call)));
    running.add(run);
    run.timeout = timers.after(call.timeout(), run::interrupt);
    run.thread.start();
  }

  private static <S> Verdict verdictOf(TransactionProtocol<S> protocol, S state, Call call) {
    try {
      return protocol.perform(state, call);
    } catch (Throwable thrown) {
      return new Verdict.Unknown(thrown.toString());
    }
  }

  /** How many calls are out. */
  int out() {
    return running.size();
  }

  /** Interrupts all calls that are out. */
  void interruptAll() {
    running.forEach(Running::interrupt);
  }

  private final class Running {
    private final Call call;
    private final Consumer<Verdict> answer;

    /**
     * Held while deciding who answers, so that an interrupt never hits what comes after the call.
     */
    private final ReentrantLock decision = new ReentrantLock();

    private boolean answered;
    private Thread thread = Thread.currentThread();
    private volatile Timers.Timer timeout = () -> {};

    Running(Call call, Consumer<Verdict> answer) {
      this.call = call;
      this.answer = answer;
    }

    /** Time is up, or the coordinator closes: the call has a moment to end by itself. */
    void interrupt() {
      decision.lock();
      try {
        if (!answered) {
          thread.interrupt();
          timeout = timers.after(grace, () -> Thread.startVirtualThread(this::giveUp));
        }
      } finally {
        decision.unlock();
      }
    }

    private void giveUp() {
      finish(new Verdict.Unknown("no answer within " + call.timeout()));
    }

    void finish(Verdict verdict) {
      boolean interrupted;
      decision.lock();
      try {
        if (answered) {
          return;
        }
        answered = true;
        timeout.cancel();
        interrupted = Thread.interrupted();
      } finally {
        decision.unlock();
      }
      running.remove(this);
      answer.accept(
          interrupted && verdict instanceof Verdict.Unknown
              ? new Verdict.Unknown("no answer within " + call.timeout())
              : verdict);
    }
  }
}
