package io.quorate.core.tx.runtime;

import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.TxId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Those who wait for the outcome of a transaction. They are told on a thread of their own: what
 * they do with it can wait for this very transaction without standing in its way.
 */
final class Callers {
  private final Map<TxId, List<CompletableFuture<Outcome<byte[]>>>> waiting =
      new ConcurrentHashMap<>();

  void add(TxId tx, CompletableFuture<Outcome<byte[]>> caller) {
    waiting.merge(
        tx, List.of(caller), (old, added) -> Stream.concat(old.stream(), added.stream()).toList());
  }

  /** Tells everybody who waits for this transaction now. */
  void tell(TxId tx, Outcome<byte[]> outcome) {
    List<CompletableFuture<Outcome<byte[]>>> callers = waiting.remove(tx);
    if (callers != null) {
      callers.forEach(
          caller -> caller.completeAsync(() -> outcome, task -> Thread.startVirtualThread(task)));
    }
  }

  /** Tells one of them why it gets no outcome. */
  void refuse(TxId tx, CompletableFuture<Outcome<byte[]>> caller, Exception why) {
    remove(tx, caller);
    Thread.startVirtualThread(() -> caller.completeExceptionally(why));
  }

  /** This one waits no longer. */
  @SuppressWarnings("ReferenceEquality") // Futures have no other.
  void remove(TxId tx, CompletableFuture<Outcome<byte[]>> caller) {
    waiting.computeIfPresent(
        tx,
        (id, callers) -> {
          var left = callers.stream().filter(other -> other != caller).toList();
          return left.isEmpty() ? null : left;
        });
  }

  /** The transactions somebody waits for. */
  List<TxId> awaited() {
    return List.copyOf(waiting.keySet());
  }
}
