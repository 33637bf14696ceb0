package io.quorate.core.tx.remote;

import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.Phase;
import io.quorate.core.tx.TxId;
import java.time.Instant;
import java.util.Random;

/** Branches to call. */
public final class Refs {
  private Refs() {}

  public static BranchRef ref(Phase phase) {
    return new BranchRef(
        new TxId("order/1%?"),
        "stock",
        phase,
        3,
        new Epoch("node-1", 7),
        Instant.parse("2026-01-31T12:00:00.000000001Z"));
  }

  /** A branch with values from all of their ranges; the same seed draws the same. */
  static BranchRef drawn(long seed) {
    Random random = new Random(seed);
    Instant[] instants = {
      Instant.MIN, Instant.MAX, Instant.EPOCH, Instant.ofEpochSecond(random.nextInt(), 5)
    };
    return new BranchRef(
        new TxId(printable(random, TxId.LENGTH_MAX)),
        printable(random, BranchRef.BRANCH_LENGTH_MAX).replace('#', '/'),
        Phase.values()[random.nextInt(3)],
        1 + random.nextInt(Integer.MAX_VALUE),
        new Epoch(
            printable(random, Epoch.OWNER_LENGTH_MAX),
            random.nextBoolean() ? Long.MAX_VALUE : random.nextLong(1000)),
        instants[random.nextInt(instants.length)]);
  }

  private static String printable(Random random, int lengthMax) {
    StringBuilder text = new StringBuilder();
    for (int i = 1 + random.nextInt(lengthMax); i > 0; i--) {
      text.append((char) ('!' + random.nextInt('~' - '!' + 1)));
    }
    return text.toString();
  }
}
