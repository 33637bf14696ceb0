package io.quorate.core.tx.log.file;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogRecord.Kind;
import io.quorate.core.tx.log.TxHead.Status;
import io.quorate.core.wal.WalRecord;
import io.quorate.core.wal.WalVisitor;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that can be read of the transactions in a log, for people: unlike the {@link Loader} it goes
 * on behind what is damaged or missing.
 */
final class Findings implements WalVisitor {

  /**
   * A record, and what its append said.
   *
   * @param at where it lies in the write-ahead log, or where its first copy found lies
   */
  record Found(LogRecord logRecord, long epoch, Instant time, long at) {}

  /** What was found of one transaction: the last of that id. */
  static final class Transaction {
    private final TxId tx;
    private final TreeMap<Integer, Found> records = new TreeMap<>();
    private boolean ended;

    private Transaction(TxId tx) {
      this.tx = tx;
    }

    TxId tx() {
      return tx;
    }

    /** In sequence; never none. */
    Collection<Found> records() {
      return records.values();
    }

    Found last() {
      return records.lastEntry().getValue();
    }

    Status status() {
      return ended ? Status.ENDED : Status.after(last().logRecord().kind());
    }

    /** How many of the records before the last are not there. */
    int missing() {
      boolean endIsMissing = ended && last().logRecord().kind() != Kind.END;
      return records.lastKey() + 1 - records.size() + (endIsMissing ? 1 : 0);
    }

    private void take(Found found) {
      records.putIfAbsent(found.logRecord().seq(), found);
      ended |= found.logRecord().kind() == Kind.END;
    }
  }

  private final TreeMap<TxId, Transaction> transactions = new TreeMap<>();
  private final List<String> unreadable = new ArrayList<>();

  @Override
  public boolean visit(WalRecord next) {
    if (next.type() != Journal.APPEND && next.type() != Journal.CARRY) {
      return true;
    }
    try {
      ByteBuffer in = ByteBuffer.wrap(next.payload());
      while (in.hasRemaining()) {
        take(next, in);
      }
    } catch (IllegalArgumentException
        | BufferUnderflowException
        | IndexOutOfBoundsException
        | DateTimeException bad) {
      unreadable.add("cannot decode %s: %s".formatted(next, bad));
    }
    return true;
  }

  private void take(WalRecord next, ByteBuffer in) {
    if (AppendCodec.version(in) > AppendCodec.VERSION) {
      throw new IllegalArgumentException("format version " + AppendCodec.version(in));
    }
    AppendCodec.Head head = AppendCodec.head(in);
    Transaction known = transactions.get(head.tx());
    boolean begins = next.type() == Journal.APPEND && head.firstSeq() == 0;
    Transaction taken = known == null || begins ? new Transaction(head.tx()) : known;
    taken.ended |= next.type() == Journal.CARRY && AppendCodec.isOfEnded(next.word1());
    AppendCodec.records(
        in, head, each -> taken.take(new Found(each, head.epoch(), head.time(), next.start())));
    if (!taken.records.isEmpty()) {
      transactions.put(head.tx(), taken);
    }
  }

  /** By id. */
  Map<TxId, Transaction> transactions() {
    return transactions;
  }

  /** Records that cannot be decoded, and why. */
  List<String> unreadable() {
    return unreadable;
  }
}
