package io.quorate.core.tx.log.file;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogRecord.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * What replaying has found of one transaction so far.
 *
 * <p>Truncation takes a prefix of the log, and a crash the end of a carry. So appends may be found
 * twice, and later ones before earlier ones: behind the first that is missing they wait until a
 * CARRY brings it. What counts is that in the end none is missing. Of a transaction that had ended
 * and was forgotten, any stretch may be all that is left, also one without its END: a piece that
 * was carried says so.
 */
final class Gathered {

  /** One append, and where its record lies. */
  private record Found(
      byte[] bytes, long start, long end, long epoch, Instant time, List<LogRecord> records) {}

  private final TxId tx;

  /** Without a gap, from the first record on. */
  private final List<Found> run = new ArrayList<>(4);

  /** What follows behind a gap, by its first sequence. */
  private final TreeMap<Integer, Found> beyond = new TreeMap<>();

  /** The last of {@link #run}; -1 before there is one. */
  private int runTo = -1;

  /** The highest sequence found. */
  private int highest = -1;

  /** Whether there was an END, found or only told of. */
  private boolean ended;

  private boolean foundEnd;

  /** Its first append was found where it was written: then nothing behind it can be truncated. */
  private final boolean fromItsBegin;

  Gathered(TxId tx, boolean fromItsBegin) {
    this.tx = tx;
    this.fromItsBegin = fromItsBegin;
  }

  /** Whether what is missing may be: it had ended, was forgotten, and is truncated in part. */
  boolean mayBeInPart() {
    return ended && !fromItsBegin;
  }

  /** The highest sequence found; -1 before there is one. */
  int highest() {
    return highest;
  }

  /** Whether the last record there can be was written before what comes next. */
  boolean hasEnded() {
    return ended;
  }

  /** The first sequence that is known to have been there and was not found; -1 if none is. */
  int missing() {
    return beyond.isEmpty() && ended == foundEnd ? -1 : runTo + 1;
  }

  /** A piece that was carried says that the transaction had ended then. */
  void hadEnded() {
    ended = true;
  }

  /** Takes an append in; one that is there already changes nothing. */
  void take(byte[] bytes, long start, long end, AppendCodec.Head head, List<LogRecord> records) {
    int first = head.firstSeq();
    LogRecord last = records.getLast();
    if (last.seq() > highest) {
      highest = last.seq();
      foundEnd = last.kind() == Kind.END;
      ended |= foundEnd;
    }
    if (first <= runTo) {
      return;
    }
    Found found = new Found(bytes, start, end, head.epoch(), head.time(), records);
    if (first > runTo + 1) {
      beyond.putIfAbsent(first, found);
      return;
    }
    addToRun(found);
    for (Found next = beyond.remove(runTo + 1); next != null; next = beyond.remove(runTo + 1)) {
      addToRun(next);
    }
  }

  private void addToRun(Found next) {
    run.add(next);
    runTo = next.records().getLast().seq();
  }

  /** The transaction, once nothing is {@link #missing}. */
  Entry toEntry() {
    Entry entry = new Entry(tx);
    for (Found next : run) {
      entry.add(next.bytes(), next.start(), next.end(), next.epoch(), next.time(), next.records());
    }
    return entry;
  }
}
