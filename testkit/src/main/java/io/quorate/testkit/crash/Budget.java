package io.quorate.testkit.crash;

/**
 * How much may still go wrong in one run: so many faults of each kind, and so many in all. Not
 * thread-safe.
 */
final class Budget {

  /** The limits a run starts with. */
  record Limits(int crashes, int turns, int mishaps, int total) {

    /** No limit at all, for a run whose faults are given. */
    static final Limits NONE =
        new Limits(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);

    /** The most that can strike. */
    int most() {
      return Math.min(total, crashes + turns + mishaps);
    }

    Limits crashes(int changed) {
      return new Limits(changed, turns, mishaps, total);
    }

    Limits turns(int changed) {
      return new Limits(crashes, changed, mishaps, total);
    }

    Limits mishaps(int changed) {
      return new Limits(crashes, turns, changed, total);
    }

    Limits total(int changed) {
      return new Limits(crashes, turns, mishaps, changed);
    }
  }

  private int crashes;
  private int turns;
  private int mishaps;
  private int total;

  Budget(Limits limits) {
    crashes = limits.crashes();
    turns = limits.turns();
    mishaps = limits.mishaps();
    total = limits.total();
  }

  /** Whether nothing can go wrong any more. */
  boolean isSpent() {
    return total == 0;
  }

  boolean allows(Fault fault) {
    if (total == 0) {
      return false;
    }
    return switch (fault.kind()) {
      case CRASH -> crashes > 0;
      case TURN -> turns > 0;
      case MISHAP -> mishaps > 0;
    };
  }

  void spend(Fault fault) {
    total--;
    switch (fault.kind()) {
      case CRASH -> crashes--;
      case TURN -> turns--;
      case MISHAP -> mishaps--;
    }
  }
}
