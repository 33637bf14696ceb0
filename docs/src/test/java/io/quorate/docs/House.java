package io.quorate.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What this checkout consists of, and the table of who may depend on what. */
final class House {

  /** Where the checkout is. */
  static final Path ROOT =
      Path.of(System.getProperty("quorate.root", "..")).toAbsolutePath().normalize();

  /** Modules that are run or read, not depended on: they may use every other module. */
  static final Set<String> APPLICATIONS = Set.of("demo", "benchmarks", "docs");

  /**
   * The published modules, and for each the other modules it may depend on. A module that is not
   * here does not pass: whoever adds one adds its row.
   */
  static final Map<String, Set<String>> ARROWS =
      Map.ofEntries(
          Map.entry("core", Set.of()),
          Map.entry("testkit", Set.of("core")),
          Map.entry("raft", Set.of("core")),
          Map.entry("raftsim", Set.of("core", "raft", "testkit")),
          Map.entry("etcd", Set.of("core", "raft")),
          Map.entry("registry", Set.of("core")),
          Map.entry("resilience", Set.of("core")),
          Map.entry("saga", Set.of("core")),
          Map.entry("tcc", Set.of("core")),
          Map.entry("twopc", Set.of("core")),
          Map.entry("gateway", Set.of("core", "registry", "resilience")));

  private static final Set<String> JDK_AND_FACADES =
      Set.of(
          "java.",
          "javax.",
          "com.sun.net.httpserver.",
          "org.slf4j.",
          "org.jspecify.",
          "io.opentelemetry.");

  /**
   * The packages of other projects that a package of ours may use, by longest prefix. Modules
   * without a row bring a peer library of their own and are not held to a list.
   */
  static final Map<String, Set<String>> LIBRARIES =
      Map.of(
          "io.quorate.core", JDK_AND_FACADES,
          "io.quorate.core.tx.remote.grpc",
              union(JDK_AND_FACADES, "io.grpc.", "com.google.common.util.concurrent."),
          "io.quorate.raft", JDK_AND_FACADES,
          "io.quorate.raft.transport.grpc", union(JDK_AND_FACADES, "io.grpc."),
          "io.quorate.raftsim", JDK_AND_FACADES,
          "io.quorate.saga", JDK_AND_FACADES,
          "io.quorate.tcc", JDK_AND_FACADES,
          "io.quorate.twopc", JDK_AND_FACADES,
          "io.quorate.testkit",
              union(JDK_AND_FACADES, "org.junit.", "org.assertj.", "org.opentest4j."));

  private House() {}

  /** The folders, relative to the root, that hold a Maven module with Java in it; sorted. */
  static List<String> modules() {
    try (Stream<Path> found = Files.find(ROOT, 3, (path, attributes) -> path.endsWith("pom.xml"))) {
      return found
          .map(Path::getParent)
          .filter(dir -> Files.isDirectory(dir.resolve("src")))
          .map(dir -> ROOT.relativize(dir).toString().replace('\\', '/'))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Those of {@link #modules()} that users depend on. */
  static List<String> published() {
    return modules().stream()
        .filter(module -> !APPLICATIONS.contains(module.split("/")[0]))
        .toList();
  }

  private static Set<String> union(Set<String> set, String... more) {
    return Stream.concat(set.stream(), Stream.of(more)).collect(Collectors.toUnmodifiableSet());
  }
}
