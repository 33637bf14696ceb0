package io.quorate.core.tx.log;

import static java.util.Objects.requireNonNull;

import io.quorate.core.tx.TxId;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One step in the life of a transaction.
 *
 * @param tx the transaction
 * @param seq 0 for the {@link Kind#BEGIN} record, then one more each: {@code (tx, seq)} is unique,
 *     and writing it is the compare-and-set that decides every race
 * @param kind what it means to the log; the rest is the protocol's, in {@code body}
 * @param force {@link Force#FORCED}: the append returns once it is durable; {@link Force#LAZY}: it
 *     becomes durable with the next forced one, and may be lost in a crash until then
 * @param due when the transaction wants attention again if nothing was added by then, in the log's
 *     time; {@code null}: it is in the hands of the epoch that wrote this record, and wants
 *     attention as soon as another epoch is acquired
 * @param locks names this record takes for its transaction, held until its {@link Kind#END}; each 1
 *     to {@value #LOCK_LENGTH_MAX} characters. All are taken, or the record is not written
 * @param body the protocol's own bytes, at most {@value #BODY_BYTES_MAX}; must not be changed after
 */
public record LogRecord(
    TxId tx,
    int seq,
    Kind kind,
    Force force,
    @Nullable Instant due,
    Set<String> locks,
    byte[] body) {

  /** The largest body, in bytes: 16 MiB less room for headers. */
  public static final int BODY_BYTES_MAX = (16 << 20) - 4096;

  /** The longest lock name, in characters. */
  public static final int LOCK_LENGTH_MAX = 128;

  /** What a record means to the log. */
  public enum Kind {
    /** The first record of a transaction; its body starts with the protocol's name. */
    BEGIN,
    /** Progress. */
    STEP,
    /** The outcome is decided. */
    DECIDE,
    /** Nothing more is tried until a person resolves it. */
    PARK,
    /** A person's decision, with who and why. Ends {@link #PARK}. */
    RESOLVE,
    /** The last record. Releases all locks. */
    END
  }

  /** Whether an append waits for the disk. */
  public enum Force {
    FORCED,
    LAZY
  }

  public LogRecord {
    requireNonNull(tx, "tx");
    requireNonNull(kind, "kind");
    requireNonNull(force, "force");
    requireNonNull(body, "body");
    if (seq < 0) {
      throw new IllegalArgumentException("seq: " + seq + " (expected: >= 0)");
    }
    if ((seq == 0) != (kind == Kind.BEGIN)) {
      throw new IllegalArgumentException(
          "seq: " + seq + " with kind " + kind + " (expected: BEGIN at 0, and only there)");
    }
    if (body.length > BODY_BYTES_MAX) {
      throw new IllegalArgumentException(
          "body: %d bytes (expected: <= %d)".formatted(body.length, BODY_BYTES_MAX));
    }
    locks = Set.copyOf(locks);
    for (String lock : locks) {
      if (lock.isEmpty() || lock.length() > LOCK_LENGTH_MAX) {
        throw new IllegalArgumentException(
            "lock: %d characters (expected: 1..%d)".formatted(lock.length(), LOCK_LENGTH_MAX));
      }
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LogRecord that
        && tx.equals(that.tx)
        && seq == that.seq
        && kind == that.kind
        && force == that.force
        && java.util.Objects.equals(due, that.due)
        && locks.equals(that.locks)
        && Arrays.equals(body, that.body);
  }

  @Override
  public int hashCode() {
    return 31 * tx.hashCode() + seq;
  }

  @Override
  public String toString() {
    return "%s#%d %s%s due=%s locks=%s %dB"
        .formatted(tx, seq, kind, force == Force.LAZY ? "?" : "", due, locks, body.length);
  }
}
