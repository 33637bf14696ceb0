package io.quorate.benchmarks.run;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Finds class paths: this process's own, or the one that the build wrote for a peer.
 *
 * @param home the folder of this module
 */
public record ClassPaths(Path home) {

  /**
   * The class path of a subject's process.
   *
   * @throws IOException when a peer is not built; says how to build it
   */
  String of(SubjectSpec.Home subject) throws IOException {
    return switch (subject) {
      case SubjectSpec.Ours() -> System.getProperty("java.class.path");
      case SubjectSpec.Peer(String module) -> {
        Path target = home.resolve("peer-" + module).resolve("target");
        Path list = target.resolve("classpath.txt");
        if (!Files.exists(list)) {
          throw new IOException(
              list + ": missing (build it: ./mvnw -pl benchmarks -am -DskipTests package)");
        }
        yield target.resolve("classes") + File.pathSeparator + Files.readString(list).strip();
      }
    };
  }
}
