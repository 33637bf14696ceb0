package io.quorate.demo.view;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.Map;

/**
 * What the standard output can show.
 *
 * @param bar whether a line may be drawn over
 * @param colours whether text may be coloured
 */
public record Terminal(boolean bar, boolean colours) {
  /** Nothing but lines of text. */
  public static final Terminal PLAIN = new Terminal(false, false);

  /** What this process' standard output can show, as far as the environment allows it. */
  public static Terminal detect(Map<String, String> environment) {
    if (environment.getOrDefault("TERM", "dumb").equals("dumb") || !isTerminal()) {
      return PLAIN;
    }
    return new Terminal(true, environment.getOrDefault("NO_COLOR", "").isEmpty());
  }

  /** Asked of the shell: Java's own answer is about input and output at once, and varies. */
  private static boolean isTerminal() {
    try {
      return new ProcessBuilder("test", "-t", "1")
              .redirectOutput(Redirect.INHERIT)
              .start()
              .waitFor()
          == 0;
    } catch (IOException unknown) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
