package io.quorate.testkit.crash;

import java.util.Arrays;

/** Takes every sequence of choices once, the last point first. */
final class DepthFirst extends Choices {

  /** One point at which this run could have gone another way. */
  private static final class Fork {
    final int at;
    final int count;
    final int[] codes;
    int taken;

    Fork(int at, int count, int[] codes) {
      this.at = at;
      this.count = count;
      this.codes = codes;
    }

    int code() {
      return codes.length == 0 ? taken : codes[taken];
    }
  }

  private static final int[] NONE = {};

  private Fork[] forks = new Fork[64];
  private int depth;
  private int passed;

  @Override
  void restart() {
    super.restart();
    passed = 0;
  }

  /** Turns to the next sequence; false where all have been taken. */
  boolean next() {
    while (depth > 0) {
      Fork last = forks[depth - 1];
      last.taken++;
      if (last.taken < last.count) {
        return true;
      }
      depth--;
    }
    return false;
  }

  Script script() {
    Script.Builder script = new Script.Builder();
    for (int i = 0; i < depth; i++) {
      script.put(forks[i].at, forks[i].code());
    }
    return script.build();
  }

  @Override
  int decideFault(int at, int[] codes, int count) {
    return decide(at, count, codes);
  }

  @Override
  int decideFree(int at, int count) {
    return decide(at, count, NONE);
  }

  private int decide(int at, int count, int[] codes) {
    if (passed == depth) {
      if (depth == forks.length) {
        forks = Arrays.copyOf(forks, 2 * depth);
      }
      forks[depth++] = new Fork(at, count, codes.length == 0 ? NONE : Arrays.copyOf(codes, count));
    }
    Fork fork = forks[passed++];
    if (fork.at != at || fork.count != count) {
      throw new NotDeterministicException(
          "choice %d of %d came where %d of %d had been".formatted(at, count, fork.at, fork.count));
    }
    return fork.code();
  }
}
