package io.quorate.testkit.crash;

import io.quorate.core.tx.machine.ProtocolId;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an exploration without violation did. Look at {@link #ends} and {@link #faults} to see that
 * it went where you think it did.
 *
 * @param protocol what was run
 * @param runs how many runs, each of them different
 * @param crashPoints at how many different points coordinators died or were paused
 * @param faults how often each fault struck, over all runs
 * @param ends how many transactions ended how: done, undone, parked, hazard, never begun
 * @param hash the same for the same exploration, on every machine
 * @param elapsed how long it took, by this machine's monotonic clock
 */
public record CrashReport(
    ProtocolId protocol,
    long runs,
    int crashPoints,
    Map<Fault, Long> faults,
    SortedMap<String, Long> ends,
    long hash,
    Duration elapsed) {
  public CrashReport {
    Map<Fault, Long> inOrder = new EnumMap<>(Fault.class);
    inOrder.putAll(faults);
    faults = Collections.unmodifiableMap(inOrder);
    ends = Collections.unmodifiableSortedMap(new TreeMap<>(ends));
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s: %d runs in %.1f s, %d crash points, ends %s, faults %s, hash %016x",
        protocol,
        runs,
        elapsed.toMillis() / 1_000.0,
        crashPoints,
        ends,
        faults,
        hash);
  }
}
