package io.quorate.raft.replica;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Something to look up in the state machine, on its lane.
 *
 * @param lookup what; must not change the state
 * @param result completed with what it returned or threw, or with a {@link
 *     io.quorate.raft.RaftException}
 */
public record ReadTask<T>(Supplier<T> lookup, CompletableFuture<T> result) {
  public ReadTask {
    requireNonNull(lookup, "lookup");
    requireNonNull(result, "result");
  }

  void run() {
    try {
      result.complete(lookup.get());
    } catch (RuntimeException | Error e) {
      result.completeExceptionally(e);
    }
  }
}
