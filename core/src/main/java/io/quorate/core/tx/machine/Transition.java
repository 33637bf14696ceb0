package io.quorate.core.tx.machine;

import static java.util.Objects.requireNonNull;

import io.quorate.core.tx.log.LogRecord;
import java.util.List;

/**
 * The answer of a protocol to one input.
 *
 * @param next the state from now on, if {@code records} are accepted by the log; else the old one
 *     stays
 * @param records to append, all or nothing, before any effect; may be empty
 * @param effects to perform in order once the records are in
 */
public record Transition<S>(S next, List<LogRecord> records, List<Effect> effects) {
  public Transition {
    requireNonNull(next, "next");
    records = List.copyOf(records);
    effects = List.copyOf(effects);
  }

  /** Nothing to write and nothing to do. */
  public static <S> Transition<S> stay(S state) {
    return new Transition<>(state, List.of(), List.of());
  }
}
