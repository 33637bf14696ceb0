package io.quorate.testkit.crash;

import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.machine.Standing;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** {@link Invariants#E}. */
final class ToldIsTrue extends Invariant {
  ToldIsTrue() {
    super(Invariants.E);
  }

  @Override
  void told(TxFacts tx, Outcome<byte[]> outcome) {
    require(
        !(outcome instanceof Outcome.Hazard) || tx.hadConflict(),
        tx,
        "a caller was told of a hazard, but no participant reported a conflict");
    for (Outcome<byte[]> earlier : tx.told()) {
      require(
          isConsistent(earlier, outcome),
          tx,
          "a caller was told %s, and another %s".formatted(words(earlier), words(outcome)));
    }
  }

  @Override
  void quiescent(TxFacts tx) {
    TxFacts.End end = tx.end();
    for (Outcome<byte[]> outcome : tx.told()) {
      if (end.isEnded()) {
        require(
            isConsistent(outcome, end.outcome()),
            tx,
            "a caller was told %s, but the log holds %s"
                .formatted(words(outcome), words(end.outcome())));
      } else {
        // Still waiting for a person, or unknown: the participants must be as the caller was told.
        requirePlaces(tx, outcome);
      }
      require(
          end.head() != null || !(outcome instanceof Outcome.Done),
          tx,
          "a caller was told done, but the log knows nothing of the transaction");
    }
  }

  private void requirePlaces(TxFacts tx, Outcome<byte[]> outcome) {
    for (Standing.Branch planned : tx.plan()) {
      boolean inPlace = tx.branch(planned.name()).isInPlace();
      require(
          !(outcome instanceof Outcome.Done) || inPlace,
          tx,
          "a caller was told done, but %s is not in place".formatted(planned.name()));
      require(
          !(outcome instanceof Outcome.Undone) || !inPlace,
          tx,
          "a caller was told undone, but %s is in place".formatted(planned.name()));
    }
  }

  /** Whether both can be true of one transaction, {@code told} before {@code later}. */
  private static boolean isConsistent(Outcome<byte[]> told, @Nullable Outcome<byte[]> later) {
    return switch (told) {
      case Outcome.Done<byte[]> done ->
          !(later instanceof Outcome.Undone)
              && !(later instanceof Outcome.Done<byte[]>(var id, byte[] value)
                  && !Arrays.equals(done.value(), value));
      case Outcome.Undone<byte[]> undone -> !(later instanceof Outcome.Done);
      case Outcome.Pending<byte[]> pending ->
          switch (pending.direction()) {
            case UNDECIDED -> true;
            case FORWARD -> !(later instanceof Outcome.Undone);
            case BACKWARD -> !(later instanceof Outcome.Done);
          };
      case Outcome.Parked<byte[]> parked -> true;
      case Outcome.Hazard<byte[]> hazard -> true;
    };
  }

  private static String words(@Nullable Outcome<byte[]> outcome) {
    return switch (outcome) {
      case null -> "nothing";
      case Outcome.Done<byte[]> done -> "done (%d bytes)".formatted(done.value().length);
      case Outcome.Undone<byte[]> undone -> "undone (" + undone.why() + ")";
      case Outcome.Pending<byte[]> pending -> "pending, " + pending.direction();
      case Outcome.Parked<byte[]> parked -> "parked at " + parked.branch();
      case Outcome.Hazard<byte[]> hazard -> "hazard " + hazard.facts();
    };
  }
}
