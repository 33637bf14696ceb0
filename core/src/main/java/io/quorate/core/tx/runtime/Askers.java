package io.quorate.core.tx.runtime;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.machine.Input;
import io.quorate.core.tx.machine.Standing;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Those who ask something of a transaction, and wait to hear where it stands after that. Each is
 * told by the very job that takes what it asks, or by what finds that job's transaction gone.
 */
final class Askers {
  private final TransactionRuntime runtime;

  Askers(TransactionRuntime runtime) {
    this.runtime = runtime;
  }

  /**
   * Gives a transaction an input, taking it up for that where it is not in memory.
   *
   * @return where it stands after it; fails with {@link IllegalArgumentException} when the log does
   *     not know the id
   * @throws CoordinatorStoppedException when this coordinator does not work any more
   */
  CompletableFuture<Standing> ask(TxId tx, Function<Instant, Input> input) {
    runtime.requireRunning();
    CompletableFuture<Standing> told = new CompletableFuture<>();
    feed(tx, input, told);
    return told;
  }

  private void feed(TxId tx, Function<Instant, Input> input, CompletableFuture<Standing> told) {
    runtime.requireRunning();
    LiveTransaction<?> target = runtime.live(tx);
    if (target != null) {
      feed(target, input, told);
    } else if (!runtime.load(tx, () -> {}, loaded -> feed(loaded, input, told))) {
      told.completeExceptionally(cannotTakeUp(tx));
    }
  }

  private void feed(
      LiveTransaction<?> target, Function<Instant, Input> input, CompletableFuture<Standing> told) {
    target.feed(
        input,
        (standing, refused) -> {
          if (refused != null) {
            told.completeExceptionally(refused);
          } else {
            told.complete(standing);
          }
        },
        () -> feedAgain(target.tx(), input, told));
  }

  private void feedAgain(
      TxId tx, Function<Instant, Input> input, CompletableFuture<Standing> told) {
    try {
      Optional<TransactionView> view = runtime.view(tx);
      if (view.isPresent() && view.get().isEnded()) {
        told.complete(view.get().standing());
      } else if (runtime.recovery().whySetAside(tx) != null) {
        told.completeExceptionally(cannotTakeUp(tx));
      } else {
        feed(tx, input, told);
      }
    } catch (RuntimeException failed) {
      told.completeExceptionally(failed);
    }
  }

  RuntimeException cannotTakeUp(TxId tx) {
    String why = runtime.recovery().whySetAside(tx);
    return why == null
        ? new IllegalArgumentException("transaction " + tx + " is not known to this log")
        : new IllegalStateException("transaction " + tx + " cannot be taken up: " + why);
  }
}
