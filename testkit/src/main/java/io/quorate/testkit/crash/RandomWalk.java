package io.quorate.testkit.crash;

import io.quorate.testkit.seed.SeededRandom;

/** Chooses by a seed: any of the free ways, and seldom a fault. */
final class RandomWalk extends Choices {
  private final SeededRandom random;
  private final double faultRate;
  private final Script.Builder script = new Script.Builder();

  RandomWalk(long seed) {
    random = new SeededRandom(seed);
    // Rare faults strike late in a run, frequent ones close together: both find what the other
    // does not.
    faultRate = 0.01 + 0.2 * random.below(1_000) / 1_000.0;
  }

  Script script() {
    return script.build();
  }

  @Override
  int decideFault(int at, int[] codes, int count) {
    int code = random.chance(faultRate) ? codes[random.between(1, count - 1)] : 0;
    script.put(at, code);
    return code;
  }

  @Override
  int decideFree(int at, int count) {
    int code = random.below(count);
    script.put(at, code);
    return code;
  }
}
