package io.quorate.testkit.crash;

import io.quorate.core.time.Ticker;
import io.quorate.core.tx.machine.TransactionProtocol;
import io.quorate.testkit.sim.SimTrace;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Runs a protocol in many ways, or in one. */
final class Explorer<S> {
  private static final int SHRINKS_MAX = 10_000;

  private final TransactionProtocol<S> protocol;
  private final Settings settings;

  Explorer(TransactionProtocol<S> protocol, Settings settings) {
    this.protocol = protocol;
    this.settings = settings;
  }

  /**
   * Every run there is within the limits. Those with fewer faults come first, so that the first
   * violation found is one of the shortest.
   */
  CrashReport exhaust(Ticker ticker) {
    long startedAt = ticker.nanos();
    long allRuns = 0;
    Tally tally = new Tally();
    long runs = 0;
    for (int faults = 0; faults <= settings.limits().most(); faults++) {
      // Runs with fewer faults are runs of this turn too: only the last turn's are counted.
      tally = new Tally();
      runs = 0;
      DepthFirst choices = new DepthFirst();
      do {
        if (allRuns++ == settings.runsMax()) {
          throw new IllegalStateException(
              "%s takes more than %d runs to exhaust (at %d faults of %d): allow fewer faults, name"
                      .formatted(
                          protocol.id(), settings.runsMax(), faults, settings.limits().most())
                  + " those you mean, raise runsMax, or sample");
        }
        Violated violated = run(choices, settings.limits().total(faults), tally);
        runs++;
        if (violated != null) {
          throw explain(choices.script(), violated);
        }
      } while (choices.next());
    }
    return report(tally, runs, ticker, startedAt);
  }

  /** One run for each seed, 1 to {@code seeds}. */
  CrashReport sample(int seeds, Ticker ticker) {
    long startedAt = ticker.nanos();
    Tally tally = new Tally();
    for (long seed = 1; seed <= seeds; seed++) {
      RandomWalk choices = new RandomWalk(seed);
      Violated violated = run(choices, settings.limits(), tally);
      if (violated != null) {
        throw explain(shortest(choices.script(), violated), violated);
      }
    }
    return report(tally, seeds, ticker, startedAt);
  }

  CrashTrace replay(Script script) {
    SimTrace trace = SimTrace.kept();
    Violated violated = violation(script.choices(), Budget.Limits.NONE, trace, new Tally());
    CrashTrace told = new CrashTrace(trace.lines(), trace.hashText());
    if (violated != null) {
      throw new CrashViolation(protocol.id(), violated, script.toString(), told);
    }
    return told;
  }

  private CrashReport report(Tally tally, long runs, Ticker ticker, long startedAt) {
    return new CrashReport(
        protocol.id(),
        runs,
        tally.crashPoints(),
        tally.faults(),
        tally.ends(),
        tally.hash(),
        Duration.ofNanos(ticker.nanos() - startedAt));
  }

  private @Nullable Violated run(Choices choices, Budget.Limits limits, Tally tally) {
    SimTrace trace = SimTrace.hashed();
    Violated violated = violation(choices, limits, trace, tally);
    tally.run(trace.hash());
    return violated;
  }

  private @Nullable Violated violation(
      Choices choices, Budget.Limits limits, SimTrace trace, Tally tally) {
    try {
      new Run<>(protocol, settings.limits(limits), choices, trace, tally).play();
      return null;
    } catch (Violated violated) {
      return violated;
    }
  }

  /**
   * A run with fewer faults that violates the same invariant: the first that a search from no fault
   * on comes across in a bounded number of runs, else the given one without what it does not need.
   */
  private Script shortest(Script script, Violated violated) {
    int runs = 0;
    for (int faults = 0; faults <= settings.limits().most(); faults++) {
      DepthFirst choices = new DepthFirst();
      do {
        if (runs++ == SHRINKS_MAX) {
          return withoutTheNeedless(script, violated);
        }
        Violated found =
            violation(choices, settings.limits().total(faults), SimTrace.hashed(), new Tally());
        if (found != null && found.statement().equals(violated.statement())) {
          return choices.script();
        }
      } while (choices.next());
    }
    return script;
  }

  private Script withoutTheNeedless(Script script, Violated violated) {
    Script shortest = script;
    int tries = 0;
    boolean shrunk = true;
    while (shrunk) {
      shrunk = false;
      for (Script shorter : shortest.shorter()) {
        if (tries++ < SHRINKS_MAX && violatesTheSame(shorter, violated)) {
          shortest = shorter;
          shrunk = true;
          break;
        }
      }
    }
    return shortest;
  }

  private boolean violatesTheSame(Script script, Violated violated) {
    try {
      Violated found =
          violation(script.choices(), Budget.Limits.NONE, SimTrace.hashed(), new Tally());
      return found != null && found.statement().equals(violated.statement());
    } catch (Script.MisfitException changed) {
      return false;
    }
  }

  /** The same run again, with its trace. */
  private CrashViolation explain(Script script, Violated violated) {
    try {
      replay(script);
    } catch (CrashViolation again) {
      if (again.invariant().equals(violated.statement().id())) {
        return again;
      }
      throw new NotDeterministicException(
          "%s violated %s, then %s"
              .formatted(script, violated.statement().id(), again.invariant()));
    }
    throw new NotDeterministicException(
        "%s violated %s, then nothing".formatted(script, violated.statement().id()));
  }
}
