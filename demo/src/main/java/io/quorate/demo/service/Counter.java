package io.quorate.demo.service;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.barrier.Barrier;
import io.quorate.core.tx.remote.grpc.TxGrpc;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * Where a department serves its calls: each runs in one local transaction behind a barrier, and a
 * call that comes again gets the answer of the first time. Thread-safe.
 */
final class Counter {
  private final DataSource database;
  private final Barrier barrier;

  /** What a call does in its local transaction. */
  @FunctionalInterface
  interface Work<A extends Message> {
    A run(Connection sql) throws SQLException;
  }

  Counter(DataSource database, Barrier barrier) {
    this.database = database;
    this.barrier = barrier;
  }

  /** Does the work of the call at hand, once however often it is called, and answers. */
  <A extends Message> void serve(StreamObserver<A> client, Parser<A> answers, Work<A> work) {
    serve(client, answers, work, Duration.ZERO);
  }

  /** As {@link #serve(StreamObserver, Parser, Work)}, keeping the client waiting for the answer. */
  <A extends Message> void serve(
      StreamObserver<A> client, Parser<A> answers, Work<A> work, Duration lateBy) {
    try {
      BranchRef ref = branch();
      Verdict verdict = barrier.execute(database, ref, sql -> work.run(sql).toByteArray());
      dawdle(lateBy);
      A answer = answers.parseFrom(TxGrpc.resultOf(verdict));
      client.onNext(answer);
      client.onCompleted();
    } catch (StatusRuntimeException said) {
      client.onError(said);
    } catch (InvalidProtocolBufferException strange) {
      client.onError(Status.DATA_LOSS.withCause(strange).asRuntimeException());
    }
  }

  static BranchRef branch() {
    return TxGrpc.current()
        .orElseThrow(
            () ->
                Status.INVALID_ARGUMENT
                    .withDescription("no branch (expected: a call that is part of a saga)")
                    .asRuntimeException());
  }

  static void dawdle(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
