package io.quorate.raftsim.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A soak from the command line. Exit code 0: linearizable, converged, every acknowledged write
 * accounted for; 1: not; 2: wrong usage; 3: it could not be run.
 */
public final class Soak {
  private static final String USAGE =
      "[--seconds N] [--seed S] [--keep DIR] [--clients N] [--nodes 3|5]";

  private long seconds = 60;
  private long seed = new SecureRandom().nextInt(1_000_000);
  private int clients = 8;
  private int nodes = 3;
  private @Nullable Path keep;

  private Soak() {}

  /** See {@code ./quorate --help}. */
  public static void main(String[] arguments) throws InterruptedException {
    Soak command = new Soak();
    try {
      command.read(List.of(arguments));
      System.exit(command.run());
    } catch (IllegalArgumentException e) {
      System.err.println("soak raft: " + e.getMessage() + "; usage: " + USAGE);
      System.exit(2);
    } catch (IOException | UncheckedIOException e) {
      System.err.println("soak raft: " + e);
      System.exit(3);
    }
  }

  private void read(List<String> arguments) {
    for (int i = 0; i < arguments.size(); i += 2) {
      String option = arguments.get(i);
      if (i + 1 == arguments.size()) {
        throw new IllegalArgumentException(option + ": no value (expected: one)");
      }
      String value = arguments.get(i + 1);
      switch (option) {
        case "--seconds" -> seconds = Long.parseLong(value);
        case "--seed" -> seed = Long.parseLong(value);
        case "--keep" -> keep = Path.of(value);
        case "--clients" -> clients = Integer.parseInt(value);
        case "--nodes" -> nodes = Integer.parseInt(value);
        default -> throw new IllegalArgumentException(option + ": unknown");
      }
    }
  }

  private int run() throws IOException, InterruptedException {
    SoakConfig config =
        SoakConfig.of(seed, directory())
            .nodes(nodes)
            .clients(clients)
            .lasts(Duration.ofSeconds(seconds));
    System.out.printf(
        "seed %d: %d nodes, %d clients, %d s; files in %s%n",
        seed, nodes, clients, seconds, config.directory());
    SoakReport report = SoakRun.of(config, Soak::line).run();
    System.out.println(report.words());
    if (report.isSound() && keep == null) {
      forgetNodes(config.directory());
    }
    return report.isSound() ? 0 : 1;
  }

  private static void line(String words) {
    System.out.append(words).append(System.lineSeparator());
  }

  /** Where nothing is yet. */
  private Path directory() throws IOException {
    if (keep != null) {
      if (Files.exists(keep.resolve("node-1"))) {
        throw new IllegalArgumentException(
            "--keep: %s holds a soak (expected: a directory of its own)".formatted(keep));
      }
      return keep.toAbsolutePath();
    }
    String root = System.getProperty("quorate.root");
    Path parent =
        root == null
            ? Path.of(System.getProperty("java.io.tmpdir"))
            : Path.of(root, "raft-sim", "target", "soak");
    Files.createDirectories(parent);
    return Files.createTempDirectory(parent, "seed-" + seed + "-");
  }

  /** What the nodes had on disk is of no use after a good end; logs and history stay. */
  private static void forgetNodes(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Path top = directory.relativize(each).getName(0);
        if (top.toString().matches("node-\\d+")) {
          Files.delete(each);
        }
      }
    }
  }
}
