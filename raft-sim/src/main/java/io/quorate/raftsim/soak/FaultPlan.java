package io.quorate.raftsim.soak;

import io.quorate.raftsim.soak.Fault.Kind;
import java.time.Duration;
import java.util.Iterator;
import java.util.SplittableRandom;

/** Faults without end: each round has every kind once, in an order drawn from the seed. */
final class FaultPlan implements Iterator<Fault> {
  private static final int LASTS_MILLIS_MIN = 300;
  private static final int LASTS_MILLIS_MAX = 5_000;

  private final SplittableRandom random;
  private final Kind[] round = Kind.values();
  private int next = round.length;

  FaultPlan(long seed) {
    random = new SplittableRandom(seed);
  }

  @Override
  public boolean hasNext() {
    return true;
  }

  @Override
  public Fault next() {
    Kind first = draw();
    Duration lasts = Duration.ofMillis(random.nextInt(LASTS_MILLIS_MIN, LASTS_MILLIS_MAX));
    if (random.nextInt(4) != 0) {
      return Fault.of(first, lasts);
    }
    Kind second = draw();
    return new Fault(java.util.List.of(first, second), lasts);
  }

  private Kind draw() {
    if (next == round.length) {
      for (int i = round.length - 1; i > 0; i--) {
        int other = random.nextInt(i + 1);
        Kind kind = round[i];
        round[i] = round[other];
        round[other] = kind;
      }
      next = 0;
    }
    return round[next++];
  }
}
