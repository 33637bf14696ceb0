package io.quorate.benchmarks.run;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The processes this one has started and that have not ended. They are killed, with what they
 * started themselves, when this is closed or the JVM shuts down, whichever comes first.
 */
public final class LiveProcesses implements AutoCloseable {
  private final Set<Process> live = ConcurrentHashMap.newKeySet();
  private final Thread hook = new Thread(this::killAll, "kill-forks");

  private LiveProcesses() {}

  /** An empty set, guarded by a shutdown hook until it is closed. */
  public static LiveProcesses guarded() {
    LiveProcesses processes = new LiveProcesses();
    Runtime.getRuntime().addShutdownHook(processes.hook);
    return processes;
  }

  /** Takes a process in, until {@link #end}. */
  void add(Process process) {
    live.add(process);
  }

  /** Kills a process if it has not ended, and forgets it. */
  void end(Process process) {
    kill(process);
    live.remove(process);
  }

  /** How many have not ended. */
  int count() {
    return live.size();
  }

  private void killAll() {
    live.forEach(LiveProcesses::kill);
  }

  /** Descendants first: a tracer that dies would let its tracee go on. */
  static void kill(Process process) {
    Stream.concat(process.descendants(), Stream.of(process.toHandle()))
        .forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public void close() {
    killAll();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // The hook is running, and does the same.
    }
  }
}
