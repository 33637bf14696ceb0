package io.quorate.testkit.linearizability;

import io.quorate.testkit.linearizability.Operation.Outcome;
import io.quorate.testkit.seed.SeededRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes histories of clients that really called a store that is linearizable, each call taking
 * effect at one moment between its start and its end, or, where its outcome is unknown, at any
 * later moment or never.
 */
final class Executions {
  private final SeededRandom random;
  private final int clients;
  private final int values;
  private final double unknown;

  /** A call: when it is made, takes effect and returns. */
  private record Planned(
      int client, String key, String op, Object argument, Object expected, Times times) {}

  private record Times(long start, long effect, long end, boolean isUnknown) {}

  /**
   * @param values how many different values are written; 0: each its own
   * @param unknown the share of calls of unknown outcome
   */
  Executions(SeededRandom random, int clients, int values, double unknown) {
    this.random = random;
    this.clients = clients;
    this.values = values;
    this.unknown = unknown;
  }

  List<Operation> run(int operations, List<String> keys) {
    List<Planned> planned = new ArrayList<>();
    long[] free = new long[clients];
    for (int i = 0; i < operations; i++) {
      int client = random.below(clients);
      long start = free[client] + random.below(20);
      long end = start + random.below(60);
      free[client] = end + 1;
      planned.add(planned(i, client, random.pick(keys), start, end));
    }
    planned.sort(Comparator.comparingLong(each -> each.times.effect));
    Map<String, @Nullable Object> store = new HashMap<>();
    List<Operation> history = new ArrayList<>();
    planned.forEach(each -> history.add(executed(each, store)));
    return random.shuffled(history);
  }

  private Planned planned(int i, int client, String key, long start, long end) {
    boolean isUnknown = random.chance(unknown);
    long effect = start + random.below((int) (end - start) + 1);
    if (isUnknown && random.chance(0.6)) {
      effect = random.chance(0.5) ? Long.MAX_VALUE : start + random.below(500);
    }
    String op = random.pick(List.of("put", "get", "get", "cas"));
    Object argument = values == 0 ? (Object) i : random.below(values);
    Object expected = values == 0 ? (Object) random.below(i + 1) : random.below(values);
    return new Planned(
        client, key, op, argument, expected, new Times(start, effect, end, isUnknown));
  }

  private static Operation executed(Planned call, Map<String, @Nullable Object> store) {
    boolean happens = call.times.effect < Long.MAX_VALUE;
    Object value = store.get(call.key);
    boolean matches = Objects.equals(value, canonical(call.expected));
    Object result =
        switch (call.op) {
          case "get" -> value;
          case "cas" -> matches;
          default -> null;
        };
    if (happens && (call.op.equals("put") || (call.op.equals("cas") && matches))) {
      store.put(call.key, canonical(call.argument));
    }
    boolean isUnknown = call.times.isUnknown;
    return new Operation(
        call.client,
        call.key,
        call.op,
        call.op.equals("get") ? null : call.argument,
        call.op.equals("cas") ? call.expected : null,
        isUnknown ? null : result,
        isUnknown ? Outcome.UNKNOWN : Outcome.OK,
        call.times.start,
        isUnknown ? null : (Long) call.times.end);
  }

  private static @Nullable Object canonical(Object value) {
    return Values.canonical("value", value);
  }
}
