package io.quorate.benchmarks;

import io.quorate.benchmarks.run.Benchmark;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the arguments ask for. */
sealed interface CommandLine {

  /** Show what there is. */
  record Help() implements CommandLine {}

  /** What takes the machine for itself, and ends in a report. */
  sealed interface Measurement extends CommandLine {}

  /** Run subjects side by side. */
  record Compare(Benchmark benchmark, boolean quick) implements Measurement {}

  /** Count forces instead of time. */
  record CountForces(Benchmark benchmark) implements Measurement {}

  /**
   * Run JMH.
   *
   * @param pattern matches the benchmarks' names; empty matches all
   */
  record Jmh(String pattern, boolean quick) implements Measurement {}

  /**
   * Reads arguments.
   *
   * @throws IllegalArgumentException saying which argument is wrong and what is expected
   */
  static CommandLine parse(List<String> arguments) {
    List<String> names = new ArrayList<>();
    boolean quick = false;
    boolean countForces = false;
    for (String argument : arguments) {
      switch (argument) {
        case "--help", "-h", "help" -> {
          return new Help();
        }
        case "--quick" -> quick = true;
        case "--count-forces" -> countForces = true;
        default -> {
          if (argument.startsWith("-")) {
            throw new IllegalArgumentException(
                argument + ": unknown (expected: --quick, --count-forces or --help)");
          }
          names.add(argument);
        }
      }
    }
    if (names.isEmpty()) {
      return new Help();
    }
    boolean jmh = names.getFirst().equals("jmh");
    int namesMax = jmh ? 2 : 1;
    if (names.size() > namesMax) {
      throw new IllegalArgumentException(
          "arguments: %s (expected: at most %d)".formatted(names, namesMax));
    }
    if (jmh) {
      if (countForces) {
        throw new IllegalArgumentException("--count-forces: with jmh (expected: a benchmark)");
      }
      return new Jmh(names.size() == 2 ? names.getLast() : "", quick);
    }
    String name = names.getFirst().toLowerCase(Locale.ROOT);
    Benchmark benchmark =
        Catalog.named(name)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "%s: no such benchmark (expected: jmh or one of %s)"
                            .formatted(
                                name, Catalog.all().stream().map(Benchmark::name).toList())));
    return countForces ? new CountForces(benchmark) : new Compare(benchmark, quick);
  }

  /** The text for {@link Help}. */
  static String help() {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        usage: bench NAME [--quick]          subjects side by side, each in its own process
               bench NAME --count-forces     how often a unit of work forces the disk
               bench jmh [REGEX] [--quick]   JMH benchmarks of the hot paths
               bench --help

        --quick ends within a minute, raft within three: a look, not figures to publish.
        Results go to benchmarks/results/, as JSON.

        """);
    for (Benchmark benchmark : Catalog.all()) {
      text.append("  ").append(benchmark.name()).append(": ").append(benchmark.title());
      text.append('\n');
      benchmark
          .subjects()
          .forEach(subject -> text.append("    ").append(subject.name()).append('\n'));
    }
    return text.toString();
  }
}
