package io.quorate.benchmarks.kit;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The order to a measured process, passed as its arguments.
 *
 * @param subject the class name of a {@link Subject}
 * @param options its variant
 * @param directory its empty directory
 * @param database its empty database, or {@code null}
 * @param task what to do with it
 */
public record ForkSpec(
    String subject,
    Map<String, String> options,
    Path directory,
    @Nullable Database database,
    Task task) {

  /** What to do with a subject. */
  public sealed interface Task {
    /** How many units of work there are at most at a time. */
    int concurrencyMax();
  }

  /**
   * Put loads on it, one after the other.
   *
   * @param firstWarmup before all loads, under the one with the most in flight; may be zero
   * @param warmup before each load, under that load
   * @param measured how long each load lasts
   */
  public record Measure(List<Load> loads, Duration firstWarmup, Duration warmup, Duration measured)
      implements Task {
    public Measure {
      loads = List.copyOf(loads);
      if (loads.isEmpty()) {
        throw new IllegalArgumentException("loads: none (expected: at least one)");
      }
      requireNonNull(firstWarmup, "firstWarmup");
      requireNonNull(warmup, "warmup");
      requireNonNull(measured, "measured");
    }

    @Override
    public int concurrencyMax() {
      return deepest().inFlight();
    }

    /** The load with the most in flight; of several the first. */
    Load deepest() {
      return loads.stream().max(Comparator.comparingInt(Load::inFlight)).orElseThrow();
    }
  }

  /** Do {@code operations} units of work one after another, while somebody counts system calls. */
  public record Count(long operations) implements Task {
    @Override
    public int concurrencyMax() {
      return 1;
    }
  }

  public ForkSpec {
    requireNonNull(subject, "subject");
    options = Map.copyOf(options);
    requireNonNull(directory, "directory");
    requireNonNull(task, "task");
  }

  SubjectContext context() {
    return new SubjectContext(directory, database, task.concurrencyMax(), options);
  }

  /** The arguments that {@link #parse} reads. */
  public List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    arguments.add("subject=" + subject);
    arguments.add("directory=" + directory);
    new TreeMap<>(options).forEach((key, value) -> arguments.add("option." + key + "=" + value));
    if (database != null) {
      arguments.add("database.url=" + database.url());
      arguments.add("database.user=" + database.user());
      arguments.add("database.pid=" + database.serverPid());
    }
    switch (task) {
      case Measure measure -> {
        arguments.add(
            "loads=" + String.join(",", measure.loads.stream().map(Load::toString).toList()));
        arguments.add("firstWarmup=" + measure.firstWarmup);
        arguments.add("warmup=" + measure.warmup);
        arguments.add("measured=" + measure.measured);
      }
      case Count count -> arguments.add("count=" + count.operations);
    }
    return List.copyOf(arguments);
  }

  /**
   * The opposite of {@link #arguments}.
   *
   * @throws IllegalArgumentException naming the argument that is missing or wrong
   */
  public static ForkSpec parse(List<String> arguments) {
    Map<String, String> options = new HashMap<>();
    Map<String, String> values = new HashMap<>();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("argument: \"" + argument + "\" (expected: key=value)");
      }
      String key = argument.substring(0, equals);
      String value = argument.substring(equals + 1);
      if (key.startsWith("option.")) {
        options.put(key.substring("option.".length()), value);
      } else {
        values.put(key, value);
      }
    }
    Database database =
        values.containsKey("database.url")
            ? new Database(
                required(values, "database.url"),
                required(values, "database.user"),
                Long.parseLong(required(values, "database.pid")))
            : null;
    return new ForkSpec(
        required(values, "subject"),
        options,
        Path.of(required(values, "directory")),
        database,
        parseTask(values));
  }

  private static Task parseTask(Map<String, String> values) {
    if (values.containsKey("count")) {
      return new Count(Long.parseLong(required(values, "count")));
    }
    return new Measure(
        List.of(required(values, "loads").split(",")).stream().map(Load::parse).toList(),
        Duration.parse(required(values, "firstWarmup")),
        Duration.parse(required(values, "warmup")),
        Duration.parse(required(values, "measured")));
  }

  private static String required(Map<String, String> values, String key) {
    String value = values.get(key);
    if (value == null) {
      throw new IllegalArgumentException(key + ": missing (expected: " + key + "=value)");
    }
    return value;
  }
}
