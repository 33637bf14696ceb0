package io.quorate.raft.vectors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Data-driven cases of etcd's raft library, read where they lie: a command with arguments, lines of
 * input, {@code ----}, the expected text up to a blank line.
 */
public final class VectorFile {

  /**
   * One case.
   *
   * @param where file and line, for messages
   * @param arguments in order; those without {@code =} have an empty value
   */
  public record Case(
      String where,
      String command,
      Map<String, String> arguments,
      List<String> input,
      List<String> expected) {

    /** The values of an argument like {@code idx=(100,_,5)}; none where it is missing. */
    public List<String> values(String argument) {
      String text = arguments.getOrDefault(argument, "");
      String inside = text.startsWith("(") ? text.substring(1, text.length() - 1) : text;
      return inside.isBlank() ? List.of() : List.of(inside.split("\\s*,\\s*"));
    }

    @Override
    public String toString() {
      return where + " " + command;
    }
  }

  private static final Pattern ARGUMENT = Pattern.compile("([\\w-]+)(?:=(\\([^)]*\\)|\\S+))?");
  private static final String SEPARATOR = "----";

  private VectorFile() {}

  /** All cases below {@code etcd-raft/FOLDER}, file by file; skips the test where they are not. */
  public static List<List<Case>> inFolder(String folder) {
    String vectors = System.getProperty("quorate.vectors", "");
    assumeTrue(
        !vectors.isBlank(),
        "vectors of etcd's raft are not here: run with -Dquorate.vectors=FOLDER that holds"
            + " etcd-raft");
    try (Stream<Path> files = Files.list(Path.of(vectors, "etcd-raft", folder))) {
      return files.sorted().map(VectorFile::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Case> read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<Case> cases = new ArrayList<>();
    int at = 0;
    while (at < lines.size()) {
      String line = lines.get(at);
      if (line.isBlank() || line.startsWith("#")) {
        at++;
        continue;
      }
      String where = file.getFileName() + ":" + (at + 1);
      at++;
      List<String> input = new ArrayList<>();
      while (!lines.get(at).equals(SEPARATOR)) {
        input.add(lines.get(at++));
      }
      at++;
      List<String> expected = new ArrayList<>();
      while (at < lines.size() && !lines.get(at).isBlank()) {
        expected.add(lines.get(at++));
      }
      String command = line.split("\\s+")[0];
      cases.add(
          new Case(where, command, arguments(line.substring(command.length())), input, expected));
    }
    return cases;
  }

  private static Map<String, String> arguments(String text) {
    Map<String, String> arguments = new LinkedHashMap<>();
    Matcher matcher = ARGUMENT.matcher(text);
    while (matcher.find()) {
      arguments.put(matcher.group(1), matcher.group(2) == null ? "" : matcher.group(2));
    }
    return arguments;
  }
}
