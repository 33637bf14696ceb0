package io.quorate.saga;

import io.quorate.core.tx.machine.UnreadableHistoryException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the steps of a finished saga returned. Immutable. */
public final class SagaResults {
  private final Map<String, byte[]> results;

  private SagaResults(Map<String, byte[]> results) {
    this.results = Map.copyOf(results);
  }

  /**
   * What {@code step} returned; empty for a step that is not part of the saga, was taken as done by
   * hand, or returns nothing.
   */
  public <R> Optional<R> of(Step<?, R> step) {
    byte[] bytes = results.get(step.name());
    return bytes == null ? Optional.empty() : Optional.ofNullable(step.codec().decode(bytes));
  }

  static byte[] encode(SagaLedger ledger) {
    List<SagaFact> facts = new ArrayList<>();
    // By name, not in the order of the answers: after a crash those come in another one.
    new TreeMap<>(ledger.steps())
        .forEach(
            (name, step) -> {
              byte[] result = step.result();
              if (result != null) {
                facts.add(new SagaFact.Done(name, result));
              }
            });
    return FactCodec.encode(new byte[0], facts);
  }

  static SagaResults decode(byte[] bytes) {
    Map<String, byte[]> results = new HashMap<>();
    try {
      for (SagaFact fact : FactCodec.decode(bytes, 0)) {
        if (fact instanceof SagaFact.Done(String step, byte[] result)) {
          results.put(step, result);
        }
      }
    } catch (UnreadableHistoryException impossible) {
      throw new IllegalStateException("results written by this process", impossible);
    }
    return new SagaResults(results);
  }

  @Override
  public String toString() {
    return "SagaResults" + results.keySet();
  }
}
