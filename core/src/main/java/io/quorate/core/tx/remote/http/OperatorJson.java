package io.quorate.core.tx.remote.http;

import io.quorate.core.tx.codec.Codec;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.TxHead;
import io.quorate.core.tx.machine.Decision;
import io.quorate.core.tx.machine.Resolution;
import io.quorate.core.tx.machine.Standing;
import io.quorate.core.tx.remote.ForeignText;
import io.quorate.core.tx.runtime.SetAsideTransaction;
import io.quorate.core.tx.runtime.TransactionView;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The JSON of {@link OperatorHandler}. Payloads are not in it: they are the callers', not ours. */
final class OperatorJson {

  /** How many of a transaction's records are shown: the latest. */
  static final int RECORDS_MAX = 1_000;

  static final Codec<Heads> HEADS = Codec.json(Heads.class);
  static final Codec<Asides> ASIDES = Codec.json(Asides.class);
  static final Codec<View> VIEW = Codec.json(View.class);
  static final Codec<Stands> STANDS = Codec.json(Stands.class);
  static final Codec<ToResolve> TO_RESOLVE = Codec.json(ToResolve.class);
  static final Codec<ToCancel> TO_CANCEL = Codec.json(ToCancel.class);

  private OperatorJson() {}

  /** What to decide about a branch. */
  record ToResolve(String branch, Resolution.Action action, String by, String why) {}

  /** Why to undo a transaction. */
  record ToCancel(String by, String why) {}

  /**
   * A page.
   *
   * @param next what to continue behind; absent on the last page
   */
  record Heads(List<Head> transactions, @Nullable String next) {}

  /** A page of those set aside. */
  record Asides(List<Aside> setAside, @Nullable String next) {}

  /** One set aside. */
  record Aside(String id, String why, int attempts) {
    static Aside of(SetAsideTransaction aside) {
      return new Aside(aside.tx().value(), ForeignText.reason(aside.why()), aside.attempts());
    }
  }

  /** Where a transaction stands in the log. */
  record Head(
      String id,
      String status,
      int records,
      @Nullable Instant due,
      long epoch,
      Instant startedAt,
      Instant changedAt) {
    static Head of(TxHead head) {
      return new Head(
          head.tx().value(),
          small(head.status()),
          head.seq() + 1,
          head.due(),
          head.epoch(),
          head.startedAt(),
          head.changedAt());
    }
  }

  /** All that is known of one. */
  record View(
      Head head,
      String protocol,
      Stands standing,
      List<Line> records,
      List<Decided> decisions,
      @Nullable String setAside) {
    static View of(TransactionView view) {
      List<LogRecord> history = view.history();
      List<LogRecord> latest =
          history.subList(Math.max(0, history.size() - RECORDS_MAX), history.size());
      String setAside = view.setAside();
      return new View(
          Head.of(view.head()),
          ForeignText.reason(view.protocol().toString()),
          Stands.of(view.standing()),
          latest.stream().map(Line::of).toList(),
          view.decisions().stream().map(Decided::of).toList(),
          setAside == null ? null : ForeignText.reason(setAside));
    }
  }

  /** Where a transaction stands by its protocol. */
  record Stands(InquiryHandler.Answer outcome, String direction, List<Branch> branches) {
    static Stands of(Standing standing) {
      return new Stands(
          InquiryHandler.Answer.of(standing.outcome()),
          small(standing.direction()),
          standing.branches().stream().map(Branch::of).toList());
    }
  }

  /** One branch. */
  record Branch(
      String name,
      List<String> after,
      boolean undoable,
      String state,
      int attempts,
      String detail) {
    static Branch of(Standing.Branch branch) {
      return new Branch(
          ForeignText.reason(branch.name()),
          branch.after().stream().map(ForeignText::reason).sorted().toList(),
          branch.undoable(),
          small(branch.state()),
          branch.attempts(),
          ForeignText.reason(branch.detail()));
    }
  }

  /** One record, without what it holds. */
  record Line(
      int seq, String kind, String force, @Nullable Instant due, List<String> locks, int bytes) {
    static Line of(LogRecord record) {
      return new Line(
          record.seq(),
          small(record.kind()),
          small(record.force()),
          record.due(),
          record.locks().stream().map(ForeignText::reason).sorted().toList(),
          record.body().length);
    }
  }

  /** One decision. */
  record Decided(Instant at, String branch, String action, String by, String why) {
    static Decided of(Decision decision) {
      Resolution resolution = decision.resolution();
      return new Decided(
          decision.at(),
          ForeignText.reason(resolution.branch()),
          small(resolution.action()),
          ForeignText.reason(resolution.by()),
          ForeignText.reason(resolution.why()));
    }
  }

  /** A constant as it is written here. */
  static String small(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
