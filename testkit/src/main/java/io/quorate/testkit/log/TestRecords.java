package io.quorate.testkit.log;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogRecord.Force;
import io.quorate.core.tx.log.LogRecord.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Short ways to write records in tests. */
public final class TestRecords {
  private TestRecords() {}

  /** The transaction {@code id}. */
  public static TxId tx(String id) {
    return new TxId(id);
  }

  /** A forced BEGIN without due or locks. */
  public static LogRecord begin(TxId tx) {
    return record(tx, 0, Kind.BEGIN);
  }

  /** A forced STEP without due or locks. */
  public static LogRecord step(TxId tx, int seq) {
    return record(tx, seq, Kind.STEP);
  }

  /** A forced END without due or locks. */
  public static LogRecord end(TxId tx, int seq) {
    return record(tx, seq, Kind.END);
  }

  /** A forced record without due or locks, whose body names kind and sequence. */
  public static LogRecord record(TxId tx, int seq, Kind kind) {
    return new LogRecord(
        tx, seq, kind, Force.FORCED, null, Set.of(), (kind + "-" + seq).getBytes(US_ASCII));
  }

  /** BEGIN and {@code steps} STEPs. */
  public static List<LogRecord> beginAndSteps(TxId tx, int steps) {
    List<LogRecord> records = new ArrayList<>(List.of(begin(tx)));
    for (int seq = 1; seq <= steps; seq++) {
      records.add(step(tx, seq));
    }
    return records;
  }

  /** The same record, not forced. */
  public static LogRecord lazy(LogRecord r) {
    return new LogRecord(r.tx(), r.seq(), r.kind(), Force.LAZY, r.due(), r.locks(), r.body());
  }

  /** The same record with a time at which it wants attention. */
  public static LogRecord due(LogRecord r, Instant due) {
    return new LogRecord(r.tx(), r.seq(), r.kind(), r.force(), due, r.locks(), r.body());
  }

  /** The same record taking locks. */
  public static LogRecord locking(LogRecord r, String... locks) {
    return new LogRecord(r.tx(), r.seq(), r.kind(), r.force(), r.due(), Set.of(locks), r.body());
  }

  /** The same record with another body. */
  public static LogRecord body(LogRecord r, byte[] body) {
    return new LogRecord(r.tx(), r.seq(), r.kind(), r.force(), r.due(), r.locks(), body);
  }
}
