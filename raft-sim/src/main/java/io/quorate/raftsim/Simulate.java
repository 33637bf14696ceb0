package io.quorate.raftsim;

import io.quorate.core.time.Ticker;
import java.util.List;

/** Many seeds from the command line, or one in words. Exit code 0: nothing was violated. */
public final class Simulate {
  private static final String USAGE =
      "[--seeds N] [--from S] [--seed S] [--nodes N] [--store model|wal|mixed]\n"
          + "  [--threads T] [--trace]";

  private long seeds = 200;
  private long from = 1;
  private boolean one;
  private int nodes;
  private int threads = Runtime.getRuntime().availableProcessors();
  private boolean trace;
  private String store = "mixed";

  private Simulate() {}

  /** See {@code ./quorate --help}. */
  public static void main(String[] arguments) {
    Simulate command = new Simulate();
    try {
      command.read(List.of(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println("sim raft: " + e.getMessage() + "; usage: " + USAGE);
      System.exit(2);
    }
    long began = Ticker.system().nanos();
    Totals totals =
        Seeds.run(command.from, command.seeds, command.one ? 1 : command.threads, command::plan);
    System.out.println(totals);
    System.out.printf(
        "took %.2f min on %d threads, trace %016x%n",
        (Ticker.system().nanos() - began) / 6e10, command.threads, totals.hash());
    for (Violation violation : totals.violations()) {
      System.out.println(violation);
      System.out.printf(
          "  replay: ./quorate sim raft --seed %d%s%s --trace%n",
          violation.seed(),
          command.nodes == 0 ? "" : " --nodes " + command.nodes,
          command.store.equals("mixed") ? "" : " --store " + command.store);
    }
    System.exit(totals.violations().isEmpty() ? 0 : 1);
  }

  private void read(List<String> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      String option = arguments.get(i);
      if (option.equals("--trace")) {
        trace = true;
        continue;
      }
      if (i + 1 == arguments.size()) {
        throw new IllegalArgumentException(option + ": no value (expected: one)");
      }
      String value = arguments.get(++i);
      switch (option) {
        case "--seeds" -> seeds = number(option, value, 1);
        case "--from" -> from = number(option, value, Long.MIN_VALUE);
        case "--seed" -> {
          from = number(option, value, Long.MIN_VALUE);
          seeds = 1;
          one = true;
        }
        case "--nodes" -> nodes = (int) number(option, value, 1);
        case "--store" -> {
          if (!List.of("model", "wal", "mixed").contains(value)) {
            throw new IllegalArgumentException(
                "--store: %s (expected: model, wal or mixed)".formatted(value));
          }
          store = value;
        }
        case "--threads" -> threads = (int) number(option, value, 1);
        default -> throw new IllegalArgumentException(option + ": unknown");
      }
    }
  }

  private static long number(String option, String value, long least) {
    long number = Long.parseLong(value);
    if (number < least) {
      throw new IllegalArgumentException(
          "%s: %s (expected: >= %d)".formatted(option, value, least));
    }
    return number;
  }

  private RaftSimulation plan(long seed) {
    RaftSimulation run = RaftSimulation.ofRegisters().seed(seed);
    // Mostly three nodes: what needs five is rarer and costs twice as much.
    run.nodes(nodes != 0 ? nodes : seed % 4 == 0 ? 5 : 3);
    // Every sixth seed has the real store: as much time as all the others together.
    run.realStores(store.equals("wal") || (store.equals("mixed") && seed % 6 == 5));
    if (trace) {
      run.trace(Simulate::line);
    }
    return run;
  }

  private static void line(String words) {
    System.out.append(words).append(System.lineSeparator());
  }
}
