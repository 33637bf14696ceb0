package io.quorate.testkit.crash;

import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.machine.Standing;
import java.util.HashMap;
import java.util.Map;

/** {@link Invariants#D}. A decision counts from the moment everything appended is durable. */
final class DecisionStands extends Invariant {
  private final Map<TxFacts, Outcome.Direction> durable = new HashMap<>();
  private final Map<TxFacts, Outcome.Direction> latest = new HashMap<>();

  DecisionStands() {
    super(Invariants.D);
  }

  @Override
  void moved(TxFacts tx, Standing standing, boolean allDurable) {
    Outcome.Direction now = direction(standing);
    Outcome.Direction decided = durable.get(tx);
    require(
        decided == null || decided == now,
        tx,
        "was durably decided to go %s and now goes %s".formatted(decided, now));
    latest.put(tx, now);
    if (allDurable) {
      latest.forEach(this::decide);
    }
  }

  private void decide(TxFacts tx, Outcome.Direction direction) {
    if (direction != Outcome.Direction.UNDECIDED) {
      durable.putIfAbsent(tx, direction);
    }
  }

  @Override
  void crashed() {
    latest.clear();
  }

  private static Outcome.Direction direction(Standing standing) {
    return switch (standing.outcome()) {
      case Outcome.Done<byte[]> done -> Outcome.Direction.FORWARD;
      case Outcome.Undone<byte[]> undone -> Outcome.Direction.BACKWARD;
      case Outcome.Pending<byte[]> pending -> pending.direction();
      case Outcome.Parked<byte[]> parked -> standing.direction();
      case Outcome.Hazard<byte[]> hazard -> standing.direction();
    };
  }
}
