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
    int version = definition.id().version();
    if (ledger.version() == version) {
      requireKnown(definition, ledger.steps().keySet());
      return new SagaTurn<>(state(definition, recovery, ledger), recovery.now());
    }
    Migration<I> migration = definition.migrations().get(ledger.version());
    if (migration == null) {
      throw new UnreadableHistoryException(
          "saga %s follows version %d of \"%s\"; version %d is registered and has no migration from it"
              .formatted(tx, ledger.version(), id.name(), version));
    }
    if (ledger.ended() != null) {
      return new SagaTurn<>(state(definition, recovery, ledger), recovery.now());
    }
    SagaFact.Migrated migrated = migrated(migration, definition);
    SagaLedger seen = ledger.apply(migrated);
    SagaTurn<I> turn = new SagaTurn<>(state(definition, recovery, seen), recovery.now());
    turn.write(migrated);
    return turn;
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
    boolean replaying =
        recovery.afterCrash()
            && seen.began().durability() == Durability.START_DURABLE
            && seen.forward();
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
        replaying,
        parked);
  }
}
