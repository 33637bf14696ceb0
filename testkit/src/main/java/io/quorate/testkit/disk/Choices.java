package io.quorate.testkit.disk;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Decides what the real world leaves open, the same way each time it is asked the same questions.
 */
@FunctionalInterface
public interface Choices {

  /**
   * Picks one of {@code options}, 0 to {@code options - 1}. For what may survive a power loss, 0 is
   * the oldest state (nothing that was not forced), the last one the newest.
   *
   * @param options at least 1
   */
  int pick(int options);

  /** Nothing survives that was not made durable. */
  static Choices oldest() {
    return options -> 0;
  }

  /** Everything survives: the machine stopped, but all caches had been written. */
  static Choices newest() {
    return options -> options - 1;
  }

  /** Each pick at random; replayable by its seed. */
  static Choices seeded(long seed) {
    return new SplittableRandom(seed)::nextInt;
  }

  /**
   * Runs {@code body} once for every possible sequence of answers.
   *
   * @param runsMax a bound: more runs than that throw
   * @return how many runs there were
   * @throws IllegalStateException when there are more than {@code runsMax}
   */
  static int exhaustively(int runsMax, Consumer<Choices> body) {
    List<Integer> answers = new ArrayList<>();
    List<Integer> limits = new ArrayList<>();
    for (int run = 1; ; run++) {
      if (run > runsMax) {
        throw new IllegalStateException("runs: more than %d (expected: fewer)".formatted(runsMax));
      }
      int[] asked = {0};
      body.accept(
          options -> {
            int at = asked[0]++;
            if (at == answers.size()) {
              answers.add(0);
              limits.add(options);
            }
            return answers.get(at);
          });
      int last = answers.size() - 1;
      while (last >= 0 && answers.get(last) + 1 == limits.get(last)) {
        answers.removeLast();
        limits.removeLast();
        last--;
      }
      if (last < 0) {
        return run;
      }
      answers.set(last, answers.get(last) + 1);
    }
  }
}
