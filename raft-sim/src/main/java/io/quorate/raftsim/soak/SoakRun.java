package io.quorate.raftsim.soak;

import io.quorate.core.time.Ticker;
import io.quorate.testkit.linearizability.History;
import io.quorate.testkit.linearizability.HistoryWriter;
import io.quorate.testkit.linearizability.Linearizability;
import io.quorate.testkit.linearizability.Operation;
import io.quorate.testkit.linearizability.Register;
import io.quorate.testkit.linearizability.Verdict;
import io.quorate.testkit.linearizability.ViolationPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongToIntFunction;

/**
 * One soak, from the start of its processes to the verdict.
 *
 * <p>All processes it starts are gone when {@link #run} returns, however it returns; if this
 * process is killed, they end by themselves.
 */
public final class SoakRun {
  private static final Duration CONVERGENCE_MAX = Duration.ofSeconds(60);
  private static final Duration FIRST_MAX = Duration.ofSeconds(60);

  private final SoakConfig config;
  private final Iterator<Fault> plan;
  private final Consumer<String> says;
  private final Ticker ticker = Ticker.system();
  private final Findings findings;
  private final Accounts accounts;

  private SoakRun(SoakConfig config, Iterator<Fault> plan, Consumer<String> says) {
    this.config = config;
    this.plan = plan;
    this.says = says;
    findings = new Findings(says);
    accounts = new Accounts(findings);
  }

  /** With faults drawn from the seed. */
  public static SoakRun of(SoakConfig config, Consumer<String> says) {
    return new SoakRun(config, new FaultPlan(config.seed()), says);
  }

  /** With these faults; the load ends when they do. */
  public static SoakRun of(SoakConfig config, Iterable<Fault> faults, Consumer<String> says) {
    return new SoakRun(config, faults.iterator(), says);
  }

  /**
   * Runs it, once.
   *
   * @throws IOException a process cannot be started, or a file not be written
   */
  public SoakReport run() throws IOException, InterruptedException {
    Files.createDirectories(config.directory());
    SoakGroup group = new SoakGroup(config.nodes(), config.directory(), findings);
    Thread killer = new Thread(group::close, "soak-killer");
    Runtime.getRuntime().addShutdownHook(killer);
    try (group) {
      return run(group);
    } finally {
      Runtime.getRuntime().removeShutdownHook(killer);
    }
  }

  private SoakReport run(SoakGroup group) throws IOException, InterruptedException {
    LongToIntFunction ports = node -> group.node(node).clientPort();
    Load load = new Load(config, ports, ticker, accounts, findings);
    try (Watch watch = new Watch(config.nodes(), ports, ticker, findings)) {
      group.start(group.numbers());
      watch.begin();
      if (!watch.isSettledWithin(FIRST_MAX)) {
        throw new IOException("the nodes do not answer: " + watch.words());
      }
      Nemesis nemesis = new Nemesis(group, watch, load, ticker, findings, says);
      load.begin();
      try {
        nemesis.run(plan);
      } catch (IOException e) {
        // What was killed does not come back: what clients saw until then is worth a look.
        findings.add(e.getMessage() == null ? e.toString() : e.getMessage());
      } finally {
        load.end();
      }
      long longestGap = Gaps.longestNanos(load.history());
      says.accept("load is over; waiting until all nodes have applied the same");
      group.heal();
      boolean converged =
          watch.isSettledWithin(CONVERGENCE_MAX)
              && load.readAll(CONVERGENCE_MAX)
              && watch.isSettledWithin(CONVERGENCE_MAX);
      says.accept(watch.words());
      int[] snapshots = watch.snapshots();
      says.accept("snapshots: %d taken, %d restored".formatted(snapshots[0], snapshots[1]));
      return report(load, nemesis, watch.elections(), Duration.ofNanos(longestGap), converged);
    }
  }

  private SoakReport report(
      Load load, Nemesis nemesis, int elections, Duration longestGap, boolean converged)
      throws IOException {
    History history = load.history();
    Path file = config.directory().resolve("history.jsonl");
    HistoryWriter.write(history, file);
    says.accept("checking %d operations".formatted(history.operations().size()));
    Verdict verdict = Linearizability.of(new Register()).check(history);
    if (verdict instanceof Verdict.Violation violation) {
      Path page = config.directory().resolve("violation.html");
      Files.writeString(page, ViolationPage.render(file.toString(), violation));
      says.accept("picture: " + page);
    }
    return new SoakReport(
        history.count(Operation.Outcome.OK),
        history.count(Operation.Outcome.FAILED),
        history.count(Operation.Outcome.UNKNOWN),
        accounts.acknowledged(),
        nemesis.counts(),
        elections,
        longestGap,
        verdict,
        converged,
        findings.all(),
        file);
  }

  /** Looks for the time in which nothing was done. */
  private static final class Gaps {
    private Gaps() {}

    static long longestNanos(History history) {
      long[] ends =
          history.operations().stream()
              .filter(each -> each.outcome() == Operation.Outcome.OK)
              .map(Operation::endNanos)
              .filter(Objects::nonNull)
              .mapToLong(end -> end)
              .sorted()
              .toArray();
      long longest = 0;
      for (int i = 1; i < ends.length; i++) {
        longest = Math.max(longest, ends[i] - ends[i - 1]);
      }
      return longest;
    }
  }
}
