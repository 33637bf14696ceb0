package io.quorate.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The demo as a process of its own, as a person starts it. */
final class Launched implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 180;

  /** Signal 2 in a mask that starts with signal 1. */
  private static final long SIGINT_BIT = 1 << 1;

  private final Process process;
  private final BufferedReader lines;
  private final List<String> read = new ArrayList<>();

  private Launched(Process process) {
    this.process = process;
    this.lines = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * @param root where its data go: below {@code demo/target/runs}
   */
  static Launched demo(Path root, String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-Dquorate.root=" + root);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Demo.class.getName());
    command.addAll(List.of(options));
    return new Launched(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  /** Reads on until a line contains {@code text}; fails with all that was said if none does. */
  String awaitLine(String text) throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      read.add(line);
      if (line.contains(text)) {
        return line;
      }
    }
    throw new AssertionError("no line with \"" + text + "\" in:\n" + String.join("\n", read));
  }

  /** Reads to the end; the exit code. */
  int awaitEnd() throws IOException, InterruptedException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      read.add(line);
    }
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("still running after:\n" + output());
    }
    return process.exitValue();
  }

  String output() {
    return String.join("\n", read);
  }

  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  /**
   * Whether this JVM was started with SIGINT ignored, as shells start background jobs: its children
   * then are too, and no JVM undoes that. Known on Linux only.
   */
  static boolean inheritsIgnoredInterrupts() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return false;
    }
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("SigIgn:")) {
        long mask = Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16);
        return (mask & SIGINT_BIT) != 0;
      }
    }
    return false;
  }

  void kill() {
    process.destroyForcibly();
  }

  /**
   * All processes that came from this one: its children, and the database server, which belongs to
   * nobody and is known by its folder.
   */
  List<ProcessHandle> family(Path root) {
    return Stream.concat(
            process.descendants(),
            ProcessHandle.allProcesses()
                .filter(
                    other ->
                        other.info().commandLine().orElse("").contains(root.toString())
                            && other.pid() != process.pid()))
        .distinct()
        .toList();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
