package io.quorate.benchmarks.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Empty directories on the measured file system, removed after use. */
public final class WorkDirectory {
  private WorkDirectory() {}

  /** Makes {@code directory} exist and be empty. */
  public static Path emptied(Path directory) throws IOException {
    delete(directory);
    return Files.createDirectories(directory);
  }

  /** Removes {@code directory} and all below, if it exists. */
  public static void delete(Path directory) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> found = Files.walk(directory)) {
      deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
    } catch (NoSuchFileException absent) {
      return;
    } catch (UncheckedIOException vanishing) {
      throw vanishing.getCause();
    }
    for (Path path : deepestFirst) {
      Files.deleteIfExists(path);
    }
  }
}
