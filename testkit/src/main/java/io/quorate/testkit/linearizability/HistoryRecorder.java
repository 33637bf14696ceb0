package io.quorate.testkit.linearizability;

import static java.util.Objects.requireNonNull;

import io.quorate.core.time.Ticker;
import io.quorate.testkit.linearizability.Operation.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what clients do while they do it.
 *
 * <pre>{@code
 * HistoryRecorder recorder = new HistoryRecorder(100_000, Ticker.system());
 * HistoryRecorder.Call call = recorder.invoke(client, "x", "put", 5);
 * …the real call…
 * call.ok(null);   // or failed(), or unknown()
 * }</pre>
 *
 * <p>All clients share one ticker, so they run in one process. The start of an operation is read
 * when {@code invoke} is about to return, its end as soon as it is told, so that the time taken by
 * recording does not hide violations.
 *
 * <p>Safe for use by many threads. Bounded: it never drops an operation in silence, because a
 * history with a hole would accuse the innocent.
 */
public final class HistoryRecorder {
  private final int operationsMax;
  private final Ticker ticker;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Call> calls = new ArrayList<>();

  /**
   * An empty recorder.
   *
   * @param operationsMax how many operations it takes, at least 1; about 200 bytes each
   * @param ticker the clock of all clients
   */
  public HistoryRecorder(int operationsMax, Ticker ticker) {
    if (operationsMax < 1) {
      throw new IllegalArgumentException("operationsMax: " + operationsMax + " (expected: >= 1)");
    }
    this.operationsMax = operationsMax;
    this.ticker = requireNonNull(ticker, "ticker");
  }

  /**
   * A client is about to call, with one argument; see {@link #invoke(long, String, String, Object,
   * Object)}.
   */
  public Call invoke(long client, String key, String op, @Nullable Object argument) {
    return invoke(client, key, op, argument, null);
  }

  /**
   * A client is about to call.
   *
   * @param client who calls
   * @param key what is called upon
   * @param op the operation
   * @param argument what is given, or null
   * @param expected what a {@code cas} compares with, or null
   * @return to be told how it ended, once; until then its outcome is unknown
   * @throws IllegalStateException if the recorder is full
   */
  public Call invoke(
      long client, String key, String op, @Nullable Object argument, @Nullable Object expected) {
    Call call = new Call(client, key, op, argument, expected);
    lock.lock();
    try {
      if (calls.size() == operationsMax) {
        throw new IllegalStateException(
            "operations: " + (operationsMax + 1L) + " (expected: <= " + operationsMax + ")");
      }
      calls.add(call);
      call.recorded = call.open(ticker.nanos());
    } finally {
      lock.unlock();
    }
    return call;
  }

  /** All that was recorded so far, in the order of the calls; calls still open are unknown. */
  public History history() {
    lock.lock();
    try {
      return new History(calls.stream().map(call -> requireNonNull(call.recorded)).toList());
    } finally {
      lock.unlock();
    }
  }

  /** A call that was begun. Safe for use by many threads. */
  public final class Call {
    private final long client;
    private final String key;
    private final String op;
    private final @Nullable Object argument;
    private final @Nullable Object expected;
    private @Nullable Operation recorded;
    private boolean isEnded;

    private Call(
        long client, String key, String op, @Nullable Object argument, @Nullable Object expected) {
      this.client = client;
      this.key = requireNonNull(key, "key");
      this.op = requireNonNull(op, "op");
      this.argument = Values.canonical("arg", argument);
      this.expected = Values.canonical("expect", expected);
    }

    private Operation open(long startNanos) {
      return new Operation(
          client, key, op, argument, expected, null, Outcome.UNKNOWN, startNanos, null);
    }

    /**
     * It was executed.
     *
     * @param result what it answered: the value read, whether a {@code cas} matched, null for a
     *     {@code put}
     * @throws IllegalStateException if it was told before how the call ended
     */
    public void ok(@Nullable Object result) {
      end(Outcome.OK, result, ticker.nanos());
    }

    /**
     * It certainly had no effect and never will: it was refused, or never sent. An error in the
     * middle of a call is {@link #unknown}.
     *
     * @throws IllegalStateException if it was told before how the call ended
     */
    public void failed() {
      end(Outcome.FAILED, null, ticker.nanos());
    }

    /**
     * Nobody knows: it timed out, or the connection broke.
     *
     * @throws IllegalStateException if it was told before how the call ended
     */
    public void unknown() {
      end(Outcome.UNKNOWN, null, null);
    }

    private void end(Outcome outcome, @Nullable Object result, @Nullable Long endNanos) {
      lock.lock();
      try {
        if (isEnded) {
          throw new IllegalStateException(
              recorded + ": told again, as " + outcome + " (expected: once)");
        }
        recorded =
            new Operation(
                client,
                key,
                op,
                argument,
                expected,
                result,
                outcome,
                requireNonNull(recorded).startNanos(),
                endNanos);
        isEnded = true;
      } finally {
        lock.unlock();
      }
    }
  }
}
