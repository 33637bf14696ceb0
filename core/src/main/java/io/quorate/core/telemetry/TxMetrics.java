package io.quorate.core.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.machine.ProtocolId;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The instruments; the package description has the table. Durations come in as nanoseconds. */
final class TxMetrics {
  /** The buckets that the semantic conventions advise for requests. */
  private static final List<Double> CALL_SECONDS =
      List.of(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0);

  /** A transaction may wait for hours; most do not. */
  private static final List<Double> TRANSACTION_SECONDS =
      List.of(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0);

  /** A forced append is one flush of a disk, from some ten microseconds up. */
  private static final List<Double> APPEND_SECONDS =
      List.of(0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5);

  private final LongCounter started;
  private final LongCounter recovered;
  private final LongCounter ended;
  private final DoubleHistogram duration;
  private final DoubleHistogram callDuration;
  private final LongCounter retries;
  private final LongCounter lockWaits;
  private final LongCounter parks;
  private final DoubleHistogram appendDuration;

  TxMetrics(Meter meter) {
    started = counter(meter, "started", "{transaction}", "Transactions begun by this process");
    recovered = counter(meter, "recovered", "{transaction}", "Transactions taken up from the log");
    ended = counter(meter, "ended", "{transaction}", "Transactions ended, by outcome");
    retries = counter(meter, "retries", "{retry}", "Calls that failed and will be made again");
    lockWaits = counter(meter, "lock.waits", "{wait}", "Waits for another transaction's lock");
    parks =
        counter(meter, "parks", "{transaction}", "Transactions that began to wait for a person");
    duration =
        histogram(meter, "duration", TRANSACTION_SECONDS, "From begin to end within one process");
    callDuration = histogram(meter, "call.duration", CALL_SECONDS, "Calls to participants");
    appendDuration =
        histogram(meter, "log.append.duration", APPEND_SECONDS, "Appends to the transaction log");
  }

  private static LongCounter counter(Meter meter, String name, String unit, String description) {
    return meter
        .counterBuilder("quorate.tx." + name)
        .setUnit(unit)
        .setDescription(description)
        .build();
  }

  private static DoubleHistogram histogram(
      Meter meter, String name, List<Double> buckets, String description) {
    return meter
        .histogramBuilder("quorate.tx." + name)
        .setUnit("s")
        .setDescription(description)
        .setExplicitBucketBoundariesAdvice(buckets)
        .build();
  }

  void started(ProtocolId protocol) {
    started.add(1, of(protocol).build());
  }

  void recovered(ProtocolId protocol) {
    recovered.add(1, of(protocol).build());
  }

  /**
   * A transaction ended.
   *
   * @param nanos since it began; negative where it did not begin here
   */
  void ended(@Nullable ProtocolId protocol, String outcome, long nanos) {
    Attributes attributes = of(protocol).put(TxAttributes.OUTCOME, outcome).build();
    ended.add(1, attributes);
    if (nanos >= 0) {
      duration.record(seconds(nanos), attributes);
    }
  }

  void answered(@Nullable ProtocolId protocol, BranchRef ref, String verdict, long nanos) {
    callDuration.record(
        seconds(nanos), of(protocol, ref).put(TxAttributes.VERDICT, verdict).build());
  }

  void retried(@Nullable ProtocolId protocol, BranchRef ref) {
    retries.add(1, of(protocol, ref).build());
  }

  void waitedForLock(@Nullable ProtocolId protocol) {
    lockWaits.add(1, of(protocol).build());
  }

  void parked(@Nullable ProtocolId protocol, String branch) {
    parks.add(1, of(protocol).put(TxAttributes.BRANCH, branch).build());
  }

  void appended(boolean forced, long nanos, @Nullable Throwable failure) {
    AttributesBuilder attributes =
        Attributes.builder().put(TxAttributes.FORCE, forced ? "forced" : "lazy");
    if (failure != null) {
      attributes.put(TxAttributes.ERROR_TYPE, failure.getClass().getName());
    }
    appendDuration.record(seconds(nanos), attributes.build());
  }

  private static AttributesBuilder of(@Nullable ProtocolId protocol) {
    return Attributes.builder()
        .put(TxAttributes.FAMILY, protocol == null ? "unknown" : protocol.family())
        .put(TxAttributes.NAME, protocol == null ? "unknown" : protocol.name());
  }

  private static AttributesBuilder of(@Nullable ProtocolId protocol, BranchRef ref) {
    return of(protocol).put(TxAttributes.BRANCH, ref.branch()).put(TxAttributes.PHASE, phase(ref));
  }

  static String phase(BranchRef ref) {
    return ref.phase().name().toLowerCase(Locale.ROOT);
  }

  private static double seconds(long nanos) {
    return nanos / 1e9;
  }
}
