package io.quorate.demo.process;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A child's side of the pipe to its parent. The child says one line when it serves; the parent says
 * nothing: the end of its silence, which even a killed parent cannot hide, ends the child.
 */
public final class Lifeline {
  static final String READY = "ready";

  private Lifeline() {}

  /**
   * Tells the parent that this process serves, with facts for the parent to use.
   *
   * @param facts names and values without space
   */
  public static void ready(PrintStream out, Map<String, ?> facts) {
    out.println(
        facts.entrySet().stream()
            .map(fact -> fact.getKey() + '=' + fact.getValue())
            .collect(Collectors.joining(" ", READY + ' ', "")));
    out.flush();
  }

  /**
   * Waits until the parent closes its end or dies, runs {@code last} and ends this process. A
   * failure of {@code last} is shown by the exit code 1.
   */
  public static void endWithParent(Runnable last) {
    int code = 1;
    try {
      while (System.in.read() >= 0) {
        // What a parent says is not for us.
      }
      last.run();
      code = 0;
    } catch (IOException gone) {
      last.run();
    } finally {
      // Not exit: hooks of libraries have nothing to add, and must not keep an orphan alive.
      Runtime.getRuntime().halt(code);
    }
  }
}
