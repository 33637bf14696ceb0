package io.quorate.testkit.crash;

import java.util.List;

/**
 * One run, told.
 *
 * @param lines one for each event: time, actor, event
 * @param hash the same whenever the run is repeated
 */
public record CrashTrace(List<String> lines, String hash) {
  public CrashTrace {
    lines = List.copyOf(lines);
  }

  @Override
  public String toString() {
    return String.join(System.lineSeparator(), lines);
  }
}
