package io.quorate.benchmarks.run;

import io.quorate.benchmarks.kit.ForkMain;
import io.quorate.benchmarks.kit.ForkSpec;
import io.quorate.benchmarks.kit.Sample;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Makes measured processes, one at a time, and waits for them. */
public final class Forks {
  /** The same for every subject: a fixed heap, and no file that the JVM itself maps in /tmp. */
  private static final List<String> JVM_FLAGS =
      List.of("-Xms1g", "-Xmx1g", "-XX:+UseG1GC", "-XX:-UsePerfData");

  private static final Duration OPENING_MAX = Duration.ofSeconds(60);
  private static final int LOG_LINES_SHOWN = 15;

  private final ClassPaths classPaths;
  private final LiveProcesses processes;

  public Forks(ClassPaths classPaths, LiveProcesses processes) {
    this.classPaths = classPaths;
    this.processes = processes;
  }

  /**
   * Runs one process to its end. It is killed when it takes longer than its task can need.
   *
   * @param prefix a command to run it under, for example a tracer; usually empty
   * @param log receives what the process prints on standard error
   */
  public ForkOutcome run(
      List<String> prefix, SubjectSpec.Home home, ForkSpec spec, Path log, Duration limit)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_FLAGS);
    command.add("-cp");
    command.add(classPaths.of(home));
    command.add(ForkMain.class.getName());
    command.addAll(spec.arguments());
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    processes.add(process);
    try {
      List<String> lines = new ArrayList<>();
      Thread reader = Thread.ofVirtual().start(() -> readAll(process, lines));
      boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        LiveProcesses.kill(process);
      }
      reader.join();
      if (!ended) {
        return new ForkOutcome.Failed("no end after " + limit + tail(log));
      }
      if (process.exitValue() != 0 || !lines.contains(ForkMain.DONE)) {
        return new ForkOutcome.Failed("exit " + process.exitValue() + tail(log));
      }
      return new ForkOutcome.Finished(
          lines.stream()
              .filter(line -> line.startsWith(ForkMain.SAMPLE))
              .map(line -> Sample.decode(line.substring(ForkMain.SAMPLE.length())))
              .toList());
    } finally {
      processes.end(process);
    }
  }

  /** The longest that measuring may take. */
  public static Duration limit(ForkSpec.Measure task) {
    Duration load = task.warmup().plus(task.measured()).multipliedBy(2);
    return OPENING_MAX
        .plus(task.firstWarmup().multipliedBy(2))
        .plus(load.multipliedBy(task.loads().size()));
  }

  private static void readAll(Process process, List<String> lines) {
    try (BufferedReader out = process.inputReader()) {
      out.lines().forEach(lines::add);
    } catch (IOException killed) {
      // Its exit status tells.
    }
  }

  /** What the process said last, less the frames of stack traces. */
  private static String tail(Path log) throws IOException {
    if (!Files.exists(log)) {
      return "";
    }
    List<String> lines =
        Files.readAllLines(log).stream().filter(line -> !line.startsWith("\t")).toList();
    int from = Math.max(0, lines.size() - LOG_LINES_SHOWN);
    return ":\n    " + String.join("\n    ", lines.subList(from, lines.size()));
  }
}
