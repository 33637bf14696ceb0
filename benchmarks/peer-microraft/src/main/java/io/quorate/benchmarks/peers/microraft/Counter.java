package io.quorate.benchmarks.peers.microraft;

import io.microraft.statemachine.StateMachine;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Counts what is applied. */
final class Counter implements StateMachine {
  private static final String NEW_TERM = "new term";

  private volatile long applied;

  /** How many proposals. */
  long applied() {
    return applied;
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread applies
  public @Nullable Object runOperation(long commitIndex, @Nullable Object operation) {
    if (operation instanceof byte[]) {
      applied++;
    }
    return null;
  }

  @Override
  public void takeSnapshot(long commitIndex, Consumer<Object> chunks) {
    chunks.accept(applied);
  }

  @Override
  public void installSnapshot(long commitIndex, List<Object> chunks) {
    applied = (Long) chunks.getFirst();
  }

  @Override
  public Object getNewTermOperation() {
    return NEW_TERM;
  }
}
