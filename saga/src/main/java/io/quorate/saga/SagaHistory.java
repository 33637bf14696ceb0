package io.quorate.saga;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.machine.ProtocolId;
import io.quorate.core.tx.machine.Recovery;
import io.quorate.core.tx.machine.UnreadableHistoryException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A saga's records, read.
 *
 * @param lastSeq of the last record
 * @param parked whether the last record says that a person is waited for
 */
record SagaHistory(TxId tx, ProtocolId id, int lastSeq, boolean parked, SagaLedger ledger) {

  static SagaHistory read(List<LogRecord> records) throws UnreadableHistoryException {
    LogRecord first = records.getFirst();
    ByteBuffer body = ByteBuffer.wrap(first.body());
    ProtocolId id = ProtocolId.decode(body);
    List<SagaFact> facts = FactCodec.decode(first.body(), body.position());
    if (facts.isEmpty() || !(facts.getFirst() instanceof SagaFact.Began began)) {
      throw new UnreadableHistoryException("saga %s does not begin".formatted(first.tx()));
    }
    SagaLedger ledger = SagaLedger.begin(began, id.version());
    for (SagaFact fact : facts.subList(1, facts.size())) {
      ledger = ledger.apply(fact);
    }
    for (LogRecord record : records.subList(1, records.size())) {
      for (SagaFact fact : FactCodec.decode(record.body(), 0)) {
        ledger = ledger.apply(fact);
      }
    }
    LogRecord last = records.getLast();
    return new SagaHistory(first.tx(), id, last.seq(), last.kind() == LogRecord.Kind.PARK, ledger);
  }

  /** Goes on with {@code definition}, migrating to it where the history is of an older version. */
  <I> SagaTurn<I> resume(SagaDefinition<I> definition, Recovery recovery)
      throws UnreadableHistoryException {
    SagaFact.Migrated migrated = migrated(definition);
    SagaLedger seen = migrated == null ? ledger : ledger.apply(migrated);
    SagaState<I> state = state(definition, recovery, seen);
    if (migrated != null) {
      requireNothingThatCouldStillFail(state);
    }
    SagaTurn<I> turn = new SagaTurn<>(asked(state), recovery.now());
    if (migrated != null) {
      turn.write(migrated);
    }
    if (seen.ended() == null
        && seen.forward()
        && !seen.resumed()
        && recovery.afterCrash()
        && seen.began().durability() == Durability.START_DURABLE) {
      turn.note(new SagaFact.Resumed());
    }
    return turn;
  }

  /** An earlier life may have called these, and its calls may still be on their way. */
  private static <I> SagaState<I> asked(SagaState<I> state) {
    SagaLedger seen = state.ledger();
    if (seen.forward() && seen.ended() == null) {
      for (Step<I, ?> step : state.definition().steps()) {
        if (state.mayRun(step.name())) {
          seen = seen.asked(step.name());
        }
      }
    }
    return state.with(seen);
  }

  /** The way from the version followed to that of {@code definition}; null where it is the same. */
  private SagaFact.@Nullable Migrated migrated(SagaDefinition<?> definition)
      throws UnreadableHistoryException {
    int version = definition.id().version();
    if (ledger.version() == version) {
      requireKnown(definition, ledger.steps().keySet());
      return null;
    }
    Migration<?> migration = definition.migrations().get(ledger.version());
    if (migration == null) {
      throw new UnreadableHistoryException(
          "saga %s follows version %d of \"%s\"; version %d is registered and has no migration from it"
              .formatted(tx, ledger.version(), id.name(), version));
    }
    return ledger.ended() == null ? migrated(migration, definition) : null;
  }

  /**
   * Past its point of no return a saga must not meet a step that may fail: there would be no way
   * left, neither forward nor back.
   */
  private void requireNothingThatCouldStillFail(SagaState<?> state)
      throws UnreadableHistoryException {
    boolean past =
        Stream.concat(state.definition().steps().stream(), state.retired().values().stream())
            .anyMatch(
                step ->
                    step.kind() != StepKind.COMPENSATABLE
                        && state.step(step.name()).wasAskedForward());
    if (!past || !state.ledger().forward()) {
      return;
    }
    for (Step<?, ?> step : state.definition().steps()) {
      StepState known = state.step(step.name());
      boolean open = known.is(StepState.Status.IDLE);
      boolean mayFail =
          switch (step.kind()) {
            case COMPENSATABLE -> open;
            case PIVOT -> open && !known.mayHaveRun();
            case RETRIABLE -> false;
          };
      if (mayFail) {
        throw new UnreadableHistoryException(
            "saga %s has passed its point of no return, or may have, and %s would still run %s, which could fail (expected: version %d kept registered until its sagas have ended)"
                .formatted(tx, state.definition().id(), step, ledger.version()));
      }
    }
  }

  private SagaFact.Migrated migrated(Migration<?> migration, SagaDefinition<?> definition)
      throws UnreadableHistoryException {
    int to = definition.id().version();
    Map<String, String> names = new LinkedHashMap<>();
    for (String old : migration.oldNames()) {
      names.put(old, migration.nameOf(old).orElseThrow());
    }
    Set<String> unknown = new LinkedHashSet<>(ledger.steps().keySet());
    unknown.addAll(ledger.mayBeRunning());
    unknown.removeAll(names.keySet());
    if (!unknown.isEmpty()) {
      throw new UnreadableHistoryException(
          "saga %s: the migration of \"%s\" from version %d to %d says nothing of %s (it knows %s)"
              .formatted(tx, id.name(), ledger.version(), to, unknown, names.keySet()));
    }
    return new SagaFact.Migrated(
        ledger.version(),
        to,
        names,
        migration.input(ledger.began().input()),
        definition.shape().outline());
  }

  private void requireKnown(SagaDefinition<?> definition, Set<String> seen)
      throws UnreadableHistoryException {
    Set<String> unknown = new LinkedHashSet<>(seen);
    unknown.removeAll(definition.shape().names());
    unknown.removeAll(retired(definition).keySet());
    if (!unknown.isEmpty()) {
      throw new UnreadableHistoryException(
          "saga %s has run steps %s, which %s does not have %s: raise the version when steps change"
              .formatted(tx, unknown, definition.id(), definition.shape().names()));
    }
  }

  private static <I> Map<String, Step<I, ?>> retired(SagaDefinition<I> definition) {
    Map<String, Step<I, ?>> retired = new LinkedHashMap<>();
    definition.migrations().values().forEach(m -> retired.putAll(m.retired()));
    return retired;
  }

  private <I> SagaState<I> state(SagaDefinition<I> definition, Recovery recovery, SagaLedger seen)
      throws UnreadableHistoryException {
    Map<String, Step<I, ?>> retired = retired(definition);
    retired.keySet().retainAll(seen.steps().keySet());
    I input;
    try {
      input = definition.input().decode(seen.began().input());
    } catch (RuntimeException unreadable) {
      throw new UnreadableHistoryException(
          "saga %s: its input cannot be read as that of %s: %s"
              .formatted(tx, definition.id(), unreadable.getMessage()));
    }
    return new SagaState<>(
        definition,
        tx,
        recovery.epoch(),
        lastSeq,
        seen,
        input,
        retired,
        Map.of(),
        Map.of(),
        Map.of(),
        parked);
  }
}
