package io.quorate.testkit.crash;

import io.quorate.core.tx.Outcome;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts what the runs of one exploration did. Not thread-safe. */
final class Tally {
  private final long[] faults = new long[1 + Fault.values().length];
  private final Set<Long> crashPoints = new HashSet<>();
  private final SortedMap<String, Long> ends = new TreeMap<>();
  private long hash;

  void struck(Fault fault) {
    faults[fault.code()]++;
  }

  void struckAt(Fault fault, long where) {
    if (fault.kind() == Fault.Kind.CRASH) {
      crashPoints.add(where);
    }
  }

  void ended(TxFacts.End end) {
    ends.merge(word(end), 1L, Long::sum);
  }

  void run(long traceHash) {
    hash += traceHash;
  }

  private static String word(TxFacts.End end) {
    return switch (end.outcome()) {
      case null -> "never begun";
      case Outcome.Done<byte[]> done -> "done";
      case Outcome.Undone<byte[]> undone -> "undone";
      case Outcome.Pending<byte[]> pending -> "pending";
      case Outcome.Parked<byte[]> parked -> "parked";
      case Outcome.Hazard<byte[]> hazard -> "hazard";
    };
  }

  Map<Fault, Long> faults() {
    Map<Fault, Long> counts = new EnumMap<>(Fault.class);
    for (Fault fault : Fault.values()) {
      if (faults[fault.code()] > 0) {
        counts.put(fault, faults[fault.code()]);
      }
    }
    return counts;
  }

  int crashPoints() {
    return crashPoints.size();
  }

  SortedMap<String, Long> ends() {
    return ends;
  }

  long hash() {
    return hash;
  }
}
