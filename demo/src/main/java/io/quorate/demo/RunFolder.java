package io.quorate.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where one run keeps its data.
 *
 * @param path the folder, its own
 */
record RunFolder(Path path) {

  /**
   * Makes a new folder: in the build's folder of this checkout where there is one, for a temporary
   * folder may be a memory that no fsync reaches.
   */
  static RunFolder create(@Nullable String root) throws IOException {
    Path runs =
        root == null
            ? Path.of(System.getProperty("java.io.tmpdir"))
            : Files.createDirectories(Path.of(root, "demo", "target", "runs"));
    RunFolder folder = new RunFolder(Files.createTempDirectory(runs, "quorate-demo-"));
    Files.createDirectories(folder.logs());
    return folder;
  }

  Path logs() {
    return path.resolve("logs");
  }

  Path coordinator() {
    return path.resolve("coordinator");
  }

  Path postgres() {
    return path.resolve("postgres");
  }

  /** Removes the folder with all that is in it. */
  void delete() {
    try (Stream<Path> all = Files.walk(path)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
