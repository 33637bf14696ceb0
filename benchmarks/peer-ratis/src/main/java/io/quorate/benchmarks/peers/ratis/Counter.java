package io.quorate.benchmarks.peers.ratis;

import java.util.concurrent.CompletableFuture;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;

/** Counts what is applied. */
final class Counter extends BaseStateMachine {
  private volatile long applied;

  /** How many transactions. */
  long applied() {
    return applied;
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread applies
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    LogEntryProto entry = transaction.getLogEntry();
    applied++;
    updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
    return CompletableFuture.completedFuture(Message.EMPTY);
  }
}
