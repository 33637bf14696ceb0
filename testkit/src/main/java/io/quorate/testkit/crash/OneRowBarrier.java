package io.quorate.testkit.crash;

import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.machine.Call;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Participants that keep one row for each branch, as a barrier in a database does:
 *
 * <pre>
 *             no row            tried            confirmed        cancelled       refused
 *   TRY       run, tried        stored answer    stored answer    conflict        No
 *   CONFIRM   conflict          run, confirmed   Ok               conflict        conflict
 *   CANCEL    Ok, cancelled     run, cancelled   conflict         Ok              Ok, cancelled
 * </pre>
 *
 * <p>A refusal is rolled back with the work and leaves no row, unless refusals are remembered. A
 * call of an epoch older than the newest the row has seen is answered Unknown and does nothing.
 */
final class OneRowBarrier implements ParticipantRule {
  private static final byte[] NOTHING = {};

  private enum Status {
    NONE,
    TRIED,
    CONFIRMED,
    CANCELLED,
    REFUSED
  }

  private record Key(String tx, String branch) {}

  private static final class Row {
    Status status = Status.NONE;
    long epoch;
    byte[] result = NOTHING;
  }

  private final Map<Key, Row> rows = new HashMap<>();
  private final boolean remembersRefusals;

  OneRowBarrier(boolean remembersRefusals) {
    this.remembersRefusals = remembersRefusals;
  }

  @Override
  public Verdict receive(Call call, Supplier<Verdict> business) {
    Row row =
        rows.computeIfAbsent(
            new Key(call.ref().tx().value(), call.ref().branch()), key -> new Row());
    if (call.ref().epoch().number() < row.epoch) {
      return new Verdict.Unknown("epoch superseded by " + row.epoch);
    }
    row.epoch = call.ref().epoch().number();
    return switch (call.ref().phase()) {
      case TRY ->
          switch (row.status) {
            case NONE -> run(row, Status.TRIED, business);
            case TRIED, CONFIRMED -> new Verdict.Ok(row.result);
            case CANCELLED -> new Verdict.Conflict("cancelled before it came");
            case REFUSED -> new Verdict.No("refused before");
          };
      case CONFIRM ->
          switch (row.status) {
            case NONE, REFUSED -> new Verdict.Conflict("never reserved");
            case TRIED -> run(row, Status.CONFIRMED, business);
            case CONFIRMED -> new Verdict.Ok(NOTHING);
            case CANCELLED -> new Verdict.Conflict("cancelled");
          };
      case CANCEL ->
          switch (row.status) {
            case NONE, REFUSED -> {
              row.status = Status.CANCELLED;
              yield new Verdict.Ok(NOTHING);
            }
            case TRIED -> run(row, Status.CANCELLED, business);
            case CONFIRMED -> new Verdict.Conflict("confirmed");
            case CANCELLED -> new Verdict.Ok(NOTHING);
          };
    };
  }

  private Verdict run(Row row, Status next, Supplier<Verdict> business) {
    Verdict verdict = business.get();
    if (verdict instanceof Verdict.Ok(byte[] result)) {
      row.status = next;
      if (next == Status.TRIED) {
        row.result = result;
      }
    } else if (verdict instanceof Verdict.No && next == Status.TRIED && remembersRefusals) {
      row.status = Status.REFUSED;
    }
    return verdict;
  }
}
