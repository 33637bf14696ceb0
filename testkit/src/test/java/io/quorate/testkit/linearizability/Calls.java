package io.quorate.testkit.linearizability;

import io.quorate.testkit.linearizability.Operation.Outcome;
import org.jspecify.annotations.Nullable;

/** Operations on the key x, written short. */
final class Calls {
  static final String KEY = "x";

  private Calls() {}

  static Operation put(int client, @Nullable Object value, long start, long end) {
    return of(client, "put", value, null, null, Outcome.OK, start, end);
  }

  static Operation get(int client, @Nullable Object result, long start, long end) {
    return of(client, "get", null, null, result, Outcome.OK, start, end);
  }

  static Operation cas(
      int client,
      @Nullable Object expected,
      @Nullable Object value,
      boolean matched,
      long start,
      long end) {
    return of(client, "cas", value, expected, matched, Outcome.OK, start, end);
  }

  static Operation unknownPut(int client, @Nullable Object value, long start) {
    return of(client, "put", value, null, null, Outcome.UNKNOWN, start, null);
  }

  static Operation unknownGet(int client, long start) {
    return of(client, "get", null, null, null, Outcome.UNKNOWN, start, null);
  }

  static Operation unknownCas(
      int client, @Nullable Object expected, @Nullable Object value, long start) {
    return of(client, "cas", value, expected, null, Outcome.UNKNOWN, start, null);
  }

  static Operation of(
      int client,
      String op,
      @Nullable Object argument,
      @Nullable Object expected,
      @Nullable Object result,
      Outcome outcome,
      long start,
      @Nullable Long end) {
    return new Operation(client, KEY, op, argument, expected, result, outcome, start, end);
  }

  static Operation on(String key, Operation from) {
    return new Operation(
        from.client(),
        key,
        from.op(),
        from.argument(),
        from.expected(),
        from.result(),
        from.outcome(),
        from.startNanos(),
        from.endNanos());
  }
}
