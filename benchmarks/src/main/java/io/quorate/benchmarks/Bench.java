package io.quorate.benchmarks;

import io.quorate.benchmarks.forces.ForceCount;
import io.quorate.benchmarks.jmh.JmhRuns;
import io.quorate.benchmarks.report.Machine;
import io.quorate.benchmarks.report.Report;
import io.quorate.benchmarks.report.ReportFile;
import io.quorate.benchmarks.report.ReportTable;
import io.quorate.benchmarks.run.Benchmark;
import io.quorate.benchmarks.run.ClassPaths;
import io.quorate.benchmarks.run.Forks;
import io.quorate.benchmarks.run.LiveProcesses;
import io.quorate.benchmarks.run.PostgresServer;
import io.quorate.benchmarks.run.SideBySide;
import io.quorate.benchmarks.run.SubjectSpec;
import io.quorate.core.time.Ticker;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The command {@code bench}. Exits with 0 when every subject has figures, with 1 when one failed,
 * with 2 when the arguments are wrong.
 */
public final class Bench {
  private static final int EXIT_FAILED = 1;
  private static final int EXIT_USAGE = 2;

  private static final long COUNT_FEW = 200;
  private static final long COUNT_MANY = 1_200;

  private final Path home;
  private final PrintStream out;
  private final PrintStream progress;

  private Bench(Path home, PrintStream out, PrintStream progress) {
    this.home = home;
    this.out = out;
    this.progress = progress;
  }

  /** Runs. See {@code --help}. */
  public static void main(String[] arguments) throws Exception {
    CommandLine command;
    try {
      command = CommandLine.parse(List.of(arguments));
    } catch (IllegalArgumentException wrong) {
      System.err.println(wrong.getMessage());
      System.exit(EXIT_USAGE);
      return;
    }
    boolean complete = new Bench(home(), System.out, System.err).carryOut(command);
    System.exit(complete ? 0 : EXIT_FAILED);
  }

  /** This module's folder: classes and jar both lie two levels below it. */
  private static Path home() throws URISyntaxException {
    Path classes = Path.of(Bench.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    return classes.resolve("../..").normalize();
  }

  private boolean carryOut(CommandLine command) throws Exception {
    return switch (command) {
      case CommandLine.Help() -> {
        out.print(CommandLine.help());
        yield true;
      }
      case CommandLine.Measurement measurement -> alone(measurement);
    };
  }

  /** Two at a time would measure each other, and share their directories. */
  private boolean alone(CommandLine.Measurement measurement) throws Exception {
    Path file = workDirectory("lock").resolve("lock");
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock == null) {
        progress.println("bench: already running in this checkout (expected: one at a time)");
        return false;
      }
      return publish(measure(measurement));
    }
  }

  private Report measure(CommandLine.Measurement measurement) throws Exception {
    return switch (measurement) {
      case CommandLine.Jmh(String pattern, boolean quick) -> {
        Path work = workDirectory("jmh");
        yield JmhRuns.run(pattern, quick, work, Machine.here(work), now());
      }
      case CommandLine.Compare(Benchmark benchmark, boolean quick) ->
          withForks(
              benchmark,
              (forks, work, server, machine) -> {
                SideBySide run = new SideBySide(forks, Ticker.system(), work, progress);
                SideBySide.Measured measured =
                    run.run(benchmark, benchmark.schedule(quick), server);
                return Report.of(benchmark, quick, machine, now(), measured);
              });
      case CommandLine.CountForces(Benchmark benchmark) ->
          withForks(
              benchmark,
              (forks, work, server, machine) ->
                  new ForceCount(forks, COUNT_FEW, COUNT_MANY, work, progress)
                      .run(benchmark, machine, now(), server));
    };
  }

  private interface Run {
    Report report(Forks forks, Path work, @Nullable PostgresServer server, Machine machine)
        throws Exception;
  }

  private Report withForks(Benchmark benchmark, Run run) throws Exception {
    Path work = workDirectory(benchmark.name());
    try (LiveProcesses processes = LiveProcesses.guarded()) {
      Forks forks = new Forks(new ClassPaths(home), processes);
      if (benchmark.subjects().stream().noneMatch(SubjectSpec::database)) {
        return run.report(forks, work, null, Machine.here(work));
      }
      Machine idle = Machine.here(work);
      try (PostgresServer server = PostgresServer.start(work.resolve("postgres"))) {
        return run.report(forks, work, server, idle.with(server.describe()));
      }
    }
  }

  /** For people, who do not read nanoseconds. */
  private static Instant now() {
    return InstantSource.system().instant().truncatedTo(ChronoUnit.SECONDS);
  }

  private Path workDirectory(String name) throws IOException {
    return Files.createDirectories(home.resolve("target").resolve("bench").resolve(name));
  }

  private boolean publish(Report report) throws IOException {
    out.print(ReportTable.of(report));
    out.printf("%nwritten to %s%n", ReportFile.write(home.resolve("results"), report));
    return report.failures().isEmpty();
  }
}
