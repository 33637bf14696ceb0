package io.quorate.raftsim.soak;

import io.quorate.raftsim.soak.Fault.Kind;
import io.quorate.testkit.linearizability.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What came of a soak.
 *
 * @param done how many operations were done
 * @param refused how many were certainly not
 * @param unknown of how many it is not known
 * @param acknowledgedWrites how many writes were told done, and accounted for if nothing was found
 * @param faults how often each kind struck
 * @param elections in how many terms somebody was seen to lead
 * @param longestGap the longest time in which no operation ended that was done
 * @param verdict on the history
 * @param converged whether all nodes had applied the same in the end
 * @param findings what else is wrong
 * @param history the file
 */
public record SoakReport(
    long done,
    long refused,
    long unknown,
    long acknowledgedWrites,
    Map<Kind, Integer> faults,
    int elections,
    Duration longestGap,
    Verdict verdict,
    boolean converged,
    List<String> findings,
    Path history) {
  public SoakReport {
    faults = Map.copyOf(faults);
    findings = List.copyOf(findings);
  }

  /** Whether it is linearizable, converged, and nothing else was found. */
  public boolean isSound() {
    return verdict instanceof Verdict.Linearizable && converged && findings.isEmpty();
  }

  /** For people, in lines. */
  public String words() {
    StringBuilder words = new StringBuilder();
    words.append(
        "operations: %d done, %d refused, %d unknown; %d writes acknowledged%n"
            .formatted(done, refused, unknown, acknowledgedWrites));
    words.append("faults:");
    for (Kind kind : Kind.values()) {
      if (faults.containsKey(kind)) {
        words.append(" %s %d".formatted(kind, faults.get(kind)));
      }
    }
    words.append(
        "%nelections seen: %d; longest time without anything done: %.3f s%n"
            .formatted(elections, longestGap.toMillis() / 1e3));
    words.append(converged ? "converged%n".formatted() : "NOT converged%n".formatted());
    findings.forEach(finding -> words.append("WRONG: %s%n".formatted(finding)));
    words.append("history: %s%n".formatted(history));
    words.append(
        switch (verdict) {
          case Verdict.Linearizable good ->
              "linearizable: %d keys, %d steps".formatted(good.orders().size(), good.steps());
          case Verdict.Undecided open -> "UNDECIDED, a limit came first: " + open.reached();
          case Verdict.Violation violation -> "VIOLATION: " + violation;
        });
    return words.append("%nverdict: %s".formatted(isSound() ? "sound" : "NOT SOUND")).toString();
  }
}
