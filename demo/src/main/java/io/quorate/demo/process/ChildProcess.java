package io.quorate.demo.process;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A JVM that this one started. Thread-safe. */
public final class ChildProcess {
  private static final Duration START_MAX = Duration.ofSeconds(60);

  private final String name;
  private final Path log;
  private final Process process;
  private final CompletableFuture<Map<String, String>> ready = new CompletableFuture<>();

  private ChildProcess(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
  }

  /** Starts {@code program} as {@code name}; everything it logs is added to {@code log}. */
  static ChildProcess start(String name, Path log, Program program) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(program.command())
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(program.environment());
    ChildProcess child = new ChildProcess(name, log, builder.start());
    Thread.ofPlatform().daemon().name("stdout of " + name).start(child::listen);
    return child;
  }

  private void listen() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(Lifeline.READY + ' ')) {
          ready.complete(facts(line));
        } else {
          Files.writeString(log, line + '\n', StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
      }
    } catch (IOException | UncheckedIOException closed) {
      // Its end is what matters, and is noticed below.
    }
    ready.completeExceptionally(new EOFException("the end of its output"));
  }

  private static Map<String, String> facts(String line) {
    Map<String, String> facts = new HashMap<>();
    for (String word : line.substring(Lifeline.READY.length() + 1).split(" ")) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        facts.put(word.substring(0, equals), word.substring(equals + 1));
      }
    }
    return Map.copyOf(facts);
  }

  /**
   * Waits until the child serves.
   *
   * @return the facts it told
   * @throws IOException when it ended instead, or took longer than a minute; names its log
   */
  public Map<String, String> awaitReady() throws IOException, InterruptedException {
    try {
      return ready.get(START_MAX.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException ended) {
      throw new IOException(
          "%s ended before it was ready; see %s".formatted(name, log), ended.getCause());
    } catch (TimeoutException late) {
      throw new IOException("%s not ready within %s; see %s".formatted(name, START_MAX, log), late);
    }
  }

  public String name() {
    return name;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Ends it as a power cut would, by SIGKILL, and waits until it is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Lets go of its lifeline, and kills it if it has not ended by itself after {@code patience}. */
  void end(Duration patience) {
    hangUp();
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        kill();
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  void hangUp() {
    try (OutputStream lifeline = process.getOutputStream()) {
      lifeline.flush();
    } catch (IOException gone) {
      // It has ended already.
    }
  }
}
