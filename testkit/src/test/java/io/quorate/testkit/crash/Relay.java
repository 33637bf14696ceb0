package io.quorate.testkit.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.Phase;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.machine.Call;
import io.quorate.core.tx.machine.Effect;
import io.quorate.core.tx.machine.Input;
import io.quorate.core.tx.machine.ProtocolId;
import io.quorate.core.tx.machine.Recovery;
import io.quorate.core.tx.machine.Standing;
import io.quorate.core.tx.machine.TransactionProtocol;
import io.quorate.core.tx.machine.Transition;
import io.quorate.testkit.crash.RelayState.Status;
import io.quorate.testkit.crash.RelayState.Step;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A small protocol that keeps every rule, and on demand breaks one. One phase: branches are tried
 * as their graph says, and undone in reverse. Two phases: all are tried, then all are confirmed or
 * all are cancelled.
 */
record Relay(
    Map<String, Set<String>> after,
    boolean twoPhase,
    @Nullable String pivot,
    @Nullable Duration deadline,
    @Nullable String lock,
    BiFunction<RelayState, Call, Verdict> work,
    Set<Flaw> flaws)
    implements TransactionProtocol<RelayState> {

  private static final int ATTEMPTS = 2;
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  /** One phase, one branch after the other. */
  static Relay chain(String... branches) {
    Map<String, Set<String>> after = new LinkedHashMap<>();
    String previous = null;
    for (String branch : branches) {
      after.put(branch, previous == null ? Set.of() : Set.of(previous));
      previous = branch;
    }
    return new Relay(after, false, null, null, null, Relay::nothing, Set.of());
  }

  /** One phase, all branches at once. */
  static Relay fan(String... branches) {
    Map<String, Set<String>> after = new LinkedHashMap<>();
    for (String branch : branches) {
      after.put(branch, Set.of());
    }
    return new Relay(after, false, null, null, null, Relay::nothing, Set.of());
  }

  /** Two phases, all branches at once. */
  static Relay reserving(String... branches) {
    return new Relay(fan(branches).after, true, null, null, null, Relay::nothing, Set.of());
  }

  private static Verdict nothing(RelayState state, Call call) {
    return new Verdict.Ok(new byte[0]);
  }

  Relay with(Flaw first, Flaw... more) {
    return new Relay(after, twoPhase, pivot, deadline, lock, work, EnumSet.of(first, more));
  }

  Relay pivot(String branch) {
    return new Relay(after, twoPhase, branch, deadline, lock, work, flaws);
  }

  Relay deadline(Duration within) {
    return new Relay(after, twoPhase, pivot, within, lock, work, flaws);
  }

  Relay lock(String name) {
    return new Relay(after, twoPhase, pivot, deadline, name, work, flaws);
  }

  Relay work(BiFunction<RelayState, Call, Verdict> code) {
    return new Relay(after, twoPhase, pivot, deadline, lock, code, flaws);
  }

  boolean has(Flaw flaw) {
    return flaws.contains(flaw);
  }

  @Override
  public ProtocolId id() {
    return new ProtocolId("relay", "test", 1);
  }

  @Override
  public Transition<RelayState> begin(
      TxId tx, byte[] input, Epoch epoch, Instant now, Map<String, TxId> busyLocks) {
    RelayTurn turn = new RelayTurn(this, RelayState.begun(tx, epoch, now), now);
    turn.note("begun " + now);
    return new RelayPlan(this, turn, busyLocks).advance();
  }

  @Override
  public LogRecord enlist(TxId tx, byte[] input, Instant now) {
    throw new UnsupportedOperationException("not joined to other transactions");
  }

  @Override
  public byte[] input(LogRecord begin) {
    return new byte[0];
  }

  private static RelayState read(Recovery recovery) {
    LogRecord first = recovery.history().getFirst();
    RelayState state = null;
    for (LogRecord record : recovery.history()) {
      ByteBuffer body = ByteBuffer.wrap(record.body());
      if (record == first) {
        ProtocolId.decode(body);
      }
      for (String fact : UTF_8.decode(body).toString().split(";", -1)) {
        state =
            state == null
                ? RelayState.begun(first.tx(), recovery.epoch(), Instant.parse(fact.substring(6)))
                : state.apply(fact);
      }
    }
    LogRecord last = recovery.history().getLast();
    return java.util.Objects.requireNonNull(state)
        .at(last.seq(), last.kind() == LogRecord.Kind.PARK)
        .taken(recovery.epoch());
  }

  @Override
  public Standing standing(Recovery recovery) {
    return standing(read(recovery));
  }

  @Override
  public Transition<RelayState> recover(Recovery recovery, Map<String, TxId> busyLocks) {
    RelayState read = read(recovery);
    RelayTurn turn = new RelayTurn(this, read, recovery.now());
    if (has(Flaw.RECOVERY_FORGETS_A_BRANCH) && Boolean.FALSE.equals(read.forward())) {
      String forgotten = List.copyOf(after.keySet()).getLast();
      if (!read.is(forgotten, Status.CANCELLED)) {
        turn.note("CANCELLED " + forgotten);
      }
    }
    return new RelayPlan(this, turn, busyLocks).advance();
  }

  @Override
  public Transition<RelayState> step(RelayState state, Input input, Map<String, TxId> busyLocks) {
    if (state.done() != null) {
      return Transition.stay(state);
    }
    RelayTurn turn = new RelayTurn(this, state, input.now());
    RelayPlan plan = new RelayPlan(this, turn, busyLocks);
    switch (input) {
      case Input.Reply(Call call, Verdict verdict, Instant now) -> {
        if (!call.equals(state.out().get(call.ref().branch()))) {
          return Transition.stay(state);
        }
        turn.answered(call);
        reply(turn, call, verdict);
      }
      case Input.Tick tick -> {}
      case Input.Cancel cancel -> {
        boolean mayTurn =
            state.forward() == null && !plan.isPastNoReturn()
                || has(Flaw.CANCEL_AFTER_DECISION) && !Boolean.FALSE.equals(state.forward());
        if (!mayTurn) {
          return Transition.stay(state);
        }
        turn.decide(false);
      }
      case Input.Resolve resolve -> throw new UnsupportedOperationException("nobody resolves");
    }
    return plan.advance();
  }

  private void reply(RelayTurn turn, Call call, Verdict verdict) {
    String branch = call.ref().branch();
    Phase phase = call.ref().phase();
    switch (verdict) {
      case Verdict.Ok ok when has(Flaw.ASKS_FOR_EVER) -> again(turn, call);
      case Verdict.Ok ok ->
          turn.note(
              switch (phase) {
                    case TRY -> "DONE ";
                    case CONFIRM -> "CONFIRMED ";
                    case CANCEL -> "CANCELLED ";
                  }
                  + branch);
      case Verdict.No no -> refused(turn, branch, phase);
      case Verdict.Conflict conflict -> refused(turn, branch, phase);
      case Verdict.Unknown unknown -> again(turn, call);
      case Verdict.Ongoing ongoing -> {
        if (has(Flaw.THROWS_AT_ONGOING)) {
          throw new IllegalStateException("ongoing");
        }
        again(turn, call);
      }
    }
  }

  private void refused(RelayTurn turn, String branch, Phase phase) {
    if (phase == Phase.TRY && turn.state().forward() == null) {
      turn.note("REFUSED " + branch);
      turn.decide(false);
    } else if (phase != Phase.TRY) {
      turn.note("CONFLICT " + branch);
    }
  }

  private void again(RelayTurn turn, Call call) {
    String branch = call.ref().branch();
    int attempt = call.ref().attempt();
    boolean undecided = turn.state().forward() == null;
    if (has(Flaw.UNKNOWN_TAKEN_AS_DONE) && call.ref().phase() != Phase.TRY) {
      turn.note((call.ref().phase() == Phase.CONFIRM ? "CONFIRMED " : "CANCELLED ") + branch);
    } else if (has(Flaw.HAZARD_FROM_SILENCE)) {
      turn.answer(new Outcome.Hazard<>(turn.state().tx(), List.of("no answer of " + branch)));
      turn.note("tried %s %d %s".formatted(branch, attempt, turn.now().plus(PAUSE)));
    } else if (undecided && attempt >= ATTEMPTS && !branch.equals(pivot)) {
      turn.note("tried %s %d %s".formatted(branch, attempt, turn.now()));
      turn.decide(false);
    } else {
      turn.note("tried %s %d %s".formatted(branch, attempt, turn.now().plus(PAUSE)));
    }
  }

  @Override
  public Standing standing(RelayState state) {
    List<Standing.Branch> branches = new ArrayList<>();
    for (Map.Entry<String, Set<String>> entry : after.entrySet()) {
      Step known = state.step(entry.getKey());
      branches.add(
          new Standing.Branch(
              entry.getKey(),
              entry.getValue(),
              !entry.getKey().equals(pivot),
              Standing.State.IDLE,
              known.attempts(),
              known.status().name()));
    }
    Boolean forward = state.forward();
    Outcome.Direction direction =
        forward == null
            ? Outcome.Direction.UNDECIDED
            : forward ? Outcome.Direction.FORWARD : Outcome.Direction.BACKWARD;
    return new Standing(direction, branches, outcome(state, direction));
  }

  static Outcome<byte[]> outcome(RelayState state, Outcome.Direction direction) {
    Boolean done = state.done();
    if (done != null) {
      return done
          ? new Outcome.Done<>(state.tx(), new byte[0])
          : new Outcome.Undone<>(state.tx(), "turned back");
    }
    return state.namesOf(Status.CONFLICT).isEmpty()
        ? new Outcome.Pending<>(state.tx(), direction, List.copyOf(state.out().keySet()))
        : new Outcome.Hazard<>(state.tx(), state.namesOf(Status.CONFLICT));
  }

  @Override
  public Verdict perform(RelayState state, Call call) {
    return work.apply(state, call);
  }

  /** Asks of a branch what the plan wants. */
  static Call call(RelayState state, String branch, Phase phase) {
    BranchRef ref =
        new BranchRef(
            state.tx(),
            branch,
            phase,
            state.step(branch).attempts() + 1,
            state.epoch(),
            state.startedAt());
    return new Call(ref, TIMEOUT);
  }

  /** The bytes of a record: which protocol, for the first, and the facts. */
  byte[] body(int seq, List<String> facts) {
    byte[] words = String.join(";", facts).getBytes(UTF_8);
    if (seq > 0) {
      return words;
    }
    byte[] prefix = id().encode();
    byte[] body = Arrays.copyOf(prefix, prefix.length + words.length);
    System.arraycopy(words, 0, body, prefix.length, words.length);
    return body;
  }

  /** Which records wait for the disk. */
  LogRecord.Force force(LogRecord.Kind kind, List<String> facts) {
    boolean lazy =
        switch (kind) {
          case BEGIN -> has(Flaw.BEGIN_NOT_FORCED);
          case DECIDE -> has(Flaw.DECISION_NOT_FORCED);
          // In one phase the end is the decision; after a decision it only saves work.
          case END -> has(Flaw.TOLD_BEFORE_DURABLE) || twoPhase || facts.contains("end false");
          case PARK, RESOLVE -> false;
          // What allows the point of no return must be known after it.
          case STEP -> !facts.contains("locked") && pivot == null;
        };
    return lazy ? LogRecord.Force.LAZY : LogRecord.Force.FORCED;
  }

  List<Effect> effects(@Nullable Instant wakeAt, List<Effect> others) {
    List<Effect> effects = new ArrayList<>(others);
    if (wakeAt != null && !has(Flaw.RETRY_LOST)) {
      effects.add(new Effect.WakeAt(wakeAt));
    }
    return effects;
  }
}
