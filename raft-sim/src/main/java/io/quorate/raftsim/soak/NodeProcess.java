package io.quorate.raftsim.soak;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quorate.raftsim.soak.node.SoakNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A node as a process, from one start to the next. A process that ends without being told to is a
 * finding.
 *
 * <p>Starting and killing is for one thread at a time; the rest is for any.
 */
final class NodeProcess {
  private static final int START_SECONDS_MAX = 60;

  /** Starts in little time and little memory: what is looked for are mistakes, not speed. */
  private static final List<String> FLAGS =
      List.of(
          "-Xmx160m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "--enable-native-access=ALL-UNNAMED",
          "-Dslf4j.internal.verbosity=ERROR");

  private record Child(Process process, AtomicBoolean mayEnd) {}

  /**
   * Where a node listens.
   *
   * @param raft to other nodes
   * @param clients to clients
   */
  record Ports(int raft, int clients) {}

  private final long node;
  private final Path directory;
  private final Map<Long, Integer> peers;
  private final Findings findings;
  private volatile @Nullable Child child;
  private volatile int clientPort;

  /**
   * A node that does not run.
   *
   * @param directory where {@code node-N} and {@code node-N.log} are
   * @param peers the ports at which it finds the others
   */
  NodeProcess(long node, Path directory, Map<Long, Integer> peers, Findings findings) {
    this.node = node;
    this.directory = directory;
    this.peers = peers;
    this.findings = findings;
  }

  /** Where it serves clients; 0 while it does not run. */
  int clientPort() {
    return clientPort;
  }

  /**
   * Starts it, and waits until it listens.
   *
   * @throws IOException it does not come up
   */
  Ports start() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(SoakNode.class.getName());
    command.add(Long.toString(node));
    command.add(directory.resolve("node-" + node).toString());
    peers.forEach((peer, port) -> command.add(peer + "=" + port));
    Process process =
        new ProcessBuilder(command)
            .redirectError(
                ProcessBuilder.Redirect.appendTo(
                    directory.resolve("node-" + node + ".log").toFile()))
            .start();
    Child started = new Child(process, new AtomicBoolean());
    child = started;
    var unused = process.onExit().thenAccept(ended -> ended(started));
    Ports ports = ready(process);
    clientPort = ports.clients();
    return ports;
  }

  private void ended(Child ended) {
    if (!ended.mayEnd.get()) {
      findings.add(
          "node %d (pid %d) ended by itself with exit code %d: see node-%d.log"
              .formatted(node, ended.process.pid(), ended.process.exitValue(), node));
    }
  }

  private Ports ready(Process process) throws IOException {
    try {
      String line =
          CompletableFuture.supplyAsync(() -> firstLine(process))
              .orTimeout(START_SECONDS_MAX, TimeUnit.SECONDS)
              .join();
      String[] words = line.split(" ");
      return new Ports(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
    } catch (CompletionException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
      throw new IOException("node %d did not start: see node-%d.log".formatted(node, node), e);
    }
  }

  private static String firstLine(Process process) {
    try {
      BufferedReader out = process.inputReader(US_ASCII);
      String line = out.readLine();
      return line == null ? "" : line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills it; it has ended when this returns. */
  void kill() {
    clientPort = 0;
    Child killed = child;
    child = null;
    if (killed != null) {
      killed.mayEnd.set(true);
      var unused = killed.process.destroyForcibly().onExit().join();
    }
  }

  /**
   * Makes it stand still, and go on after a while whatever becomes of this process.
   *
   * @return ends when it goes on
   */
  Process pause(Duration lasts) throws IOException {
    Child paused = child;
    if (paused == null) {
      throw new IllegalStateException("node: %d is down (expected: up)".formatted(node));
    }
    long pid = paused.process.pid();
    String seconds = "%d.%03d".formatted(lasts.toSeconds(), lasts.toMillisPart());
    String script = "kill -STOP %d && sleep %s; kill -CONT %d".formatted(pid, seconds, pid);
    return new ProcessBuilder("sh", "-c", script)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Delays each force of its log from now on. */
  void slow(Duration by) {
    Child slowed = child;
    if (slowed != null) {
      try {
        var out = slowed.process.getOutputStream();
        out.write("slow %d\n".formatted(by.toMillis()).getBytes(US_ASCII));
        out.flush();
      } catch (IOException e) {
        findings.add("node %d cannot be told anything: %s".formatted(node, e));
      }
    }
  }
}
