package io.quorate.core.tx.runtime;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.Phase;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogRecord.Force;
import io.quorate.core.tx.log.LogRecord.Kind;
import io.quorate.core.tx.machine.Call;
import io.quorate.core.tx.machine.Effect;
import io.quorate.core.tx.machine.Input;
import io.quorate.core.tx.machine.ProtocolId;
import io.quorate.core.tx.machine.Recovery;
import io.quorate.core.tx.machine.ResolutionRefusedException;
import io.quorate.core.tx.machine.Standing;
import io.quorate.core.tx.machine.TransactionProtocol;
import io.quorate.core.tx.machine.Transition;
import io.quorate.core.tx.machine.TxEvent;
import io.quorate.core.tx.machine.UnreadableHistoryException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The smallest protocol that asks everything of a runtime: legs that run one after the other, each
 * retried when unknown, parked after {@code attemptsMax}. Its input is how many legs there are, and
 * optionally the name of a lock, as in {@code "3"} or {@code "3 sku"}.
 */
final class Relay implements TransactionProtocol<Relay.State> {
  static final Duration PAUSE = Duration.ofSeconds(10);

  /** Where a relay is. */
  enum Mood {
    RUNNING,
    RESTING,
    PARKED,
    DONE,
    UNDONE
  }

  /** One relay. */
  record State(
      TxId tx,
      Epoch epoch,
      Instant startedAt,
      int legs,
      int done,
      int attempts,
      int seq,
      Mood mood) {
    State with(Mood next, int moreDone, int attemptsNow) {
      return new State(tx, epoch, startedAt, legs, done + moreDone, attemptsNow, seq + 1, next);
    }
  }

  private final ProtocolId id;
  private final int attemptsMax;
  private final Duration timeout;
  private final Function<BranchRef, Verdict> participant;

  Relay(String name, int attemptsMax, Duration timeout, Function<BranchRef, Verdict> participant) {
    this.id = new ProtocolId("relay", name, 1);
    this.attemptsMax = attemptsMax;
    this.timeout = timeout;
    this.participant = participant;
  }

  /** Calls time out after an hour; parked after five attempts. */
  static Relay of(Function<BranchRef, Verdict> participant) {
    return new Relay("relay", 5, Duration.ofHours(1), participant);
  }

  static Verdict ok() {
    return new Verdict.Ok(new byte[0]);
  }

  @Override
  public ProtocolId id() {
    return id;
  }

  @Override
  public Transition<State> begin(
      TxId tx, byte[] input, Epoch epoch, Instant now, Map<String, TxId> busyLocks) {
    String[] words = new String(input, US_ASCII).split(" ");
    Set<String> locks =
        words.length > 1 && !busyLocks.containsKey(words[1]) ? Set.of(words[1]) : Set.of();
    LogRecord begin = record(tx, 0, Kind.BEGIN, null, locks, beginBody(input));
    State state = new State(tx, epoch, now, Integer.parseInt(words[0]), 0, 1, 1, Mood.RUNNING);
    return new Transition<>(
        state, List.of(begin), List.of(new Effect.Emit(new TxEvent.Began(tx, id)), call(state)));
  }

  private byte[] beginBody(byte[] input) {
    byte[] name = id.encode();
    return ByteBuffer.allocate(name.length + input.length).put(name).put(input).array();
  }

  private static LogRecord record(
      TxId tx, int seq, Kind kind, @Nullable Instant due, Set<String> locks, byte[] body) {
    return new LogRecord(tx, seq, kind, Force.FORCED, due, locks, body);
  }

  private Effect call(State state) {
    BranchRef ref =
        new BranchRef(
            state.tx(),
            "leg-" + state.done(),
            Phase.TRY,
            state.attempts(),
            state.epoch(),
            state.startedAt());
    return new Effect.Start(new Call(ref, timeout));
  }

  @Override
  public LogRecord enlist(TxId tx, byte[] input, Instant now) {
    return record(tx, 0, Kind.BEGIN, now, Set.of(), beginBody(input));
  }

  @Override
  public byte[] input(LogRecord begin) {
    ByteBuffer body = ByteBuffer.wrap(begin.body());
    ProtocolId.decode(body);
    byte[] input = new byte[body.remaining()];
    body.get(input);
    return input;
  }

  @Override
  public Transition<State> recover(Recovery recovery, Map<String, TxId> busyLocks)
      throws UnreadableHistoryException {
    LogRecord begin = recovery.history().getFirst();
    String input = new String(input(begin), US_ASCII);
    int legs;
    try {
      legs = Integer.parseInt(input.split(" ")[0]);
    } catch (NumberFormatException odd) {
      throw new UnreadableHistoryException("input: " + input + " (expected: a number of legs)");
    }
    State state =
        new State(begin.tx(), recovery.epoch(), recovery.now(), legs, 0, 1, 1, Mood.RUNNING);
    for (LogRecord next : recovery.history().subList(1, recovery.history().size())) {
      state = fold(state, new String(next.body(), US_ASCII));
    }
    List<Effect> recovered =
        List.of(new Effect.Emit(new TxEvent.Recovered(begin.tx(), id, recovery.history().size())));
    Instant due = recovery.history().getLast().due();
    return switch (state.mood()) {
      case RUNNING ->
          new Transition<>(state, List.of(), List.of(recovered.getFirst(), call(state)));
      case RESTING ->
          due != null && due.isAfter(recovery.now())
              ? new Transition<>(state, List.of(), List.of(new Effect.WakeAt(due)))
              : new Transition<>(state, List.of(), List.of(recovered.getFirst(), call(state)));
      case PARKED, DONE, UNDONE -> Transition.stay(state);
    };
  }

  private static State fold(State state, String fact) {
    return switch (fact) {
      case "leg" -> state.with(Mood.RUNNING, 1, 1);
      case "rest" -> state.with(Mood.RESTING, 0, state.attempts() + 1);
      case "park" -> state.with(Mood.PARKED, 0, state.attempts());
      case "again" -> state.with(Mood.RUNNING, 0, 1);
      case "done" -> state.with(Mood.DONE, 1, 1);
      default -> state.with(Mood.UNDONE, 0, 1);
    };
  }

  @Override
  public Transition<State> step(State state, Input input, Map<String, TxId> busyLocks) {
    return switch (input) {
      case Input.Reply reply -> reply(state, reply);
      case Input.Tick ignored ->
          state.mood() == Mood.RESTING
              ? new Transition<>(state, List.of(), List.of(call(state)))
              : Transition.stay(state);
      case Input.Cancel cancel ->
          state.mood() == Mood.DONE || state.mood() == Mood.UNDONE
              ? Transition.stay(state)
              : write(state, Kind.END, null, "cancelled: " + cancel.reason(), List.of());
      case Input.Resolve ignored -> {
        if (state.mood() != Mood.PARKED) {
          throw new ResolutionRefusedException(state.tx() + " is not parked");
        }
        State next = fold(state, "again");
        yield write(state, Kind.RESOLVE, null, "again", List.of(call(next)));
      }
    };
  }

  private Transition<State> reply(State state, Input.Reply reply) {
    BranchRef ref = reply.call().ref();
    boolean awaited =
        (state.mood() == Mood.RUNNING || state.mood() == Mood.RESTING)
            && ref.branch().equals("leg-" + state.done())
            && ref.attempt() == state.attempts();
    if (!awaited) {
      return Transition.stay(state);
    }
    return switch (reply.verdict()) {
      case Verdict.Ok ignored -> {
        boolean last = state.done() + 1 == state.legs();
        State next = fold(state, "leg");
        yield last
            ? write(state, Kind.END, null, "done", List.of())
            : write(state, Kind.STEP, null, "leg", List.of(call(next)));
      }
      case Verdict.No no -> write(state, Kind.END, null, "refused: " + no.reason(), List.of());
      default -> {
        if (state.attempts() >= attemptsMax) {
          yield write(state, Kind.PARK, null, "park", List.of());
        }
        Instant due = reply.now().plus(PAUSE);
        // The wake comes first on purpose: the order of effects must not matter.
        yield write(state, Kind.STEP, due, "rest", List.of(new Effect.WakeAt(due)));
      }
    };
  }

  private Transition<State> write(
      State state, Kind kind, @Nullable Instant due, String fact, List<Effect> more) {
    State next = fold(state, fact);
    LogRecord written =
        record(state.tx(), state.seq(), kind, due, Set.of(), fact.getBytes(US_ASCII));
    List<Effect> effects = new java.util.ArrayList<>(more);
    Outcome<byte[]> outcome = outcome(next, fact);
    if (!(outcome instanceof Outcome.Pending)) {
      effects.add(new Effect.Answer(outcome));
    }
    return new Transition<>(next, List.of(written), effects);
  }

  private static Outcome<byte[]> outcome(State state, String fact) {
    return switch (state.mood()) {
      case RUNNING, RESTING ->
          new Outcome.Pending<>(
              state.tx(), Outcome.Direction.UNDECIDED, List.of("leg-" + state.done()));
      case PARKED ->
          new Outcome.Parked<>(state.tx(), "leg-" + state.done(), "unknown", state.attempts());
      case DONE -> new Outcome.Done<>(state.tx(), new byte[] {(byte) state.legs()});
      case UNDONE -> new Outcome.Undone<>(state.tx(), fact);
    };
  }

  @Override
  public Standing standing(State state) {
    return new Standing(Outcome.Direction.UNDECIDED, List.of(), outcome(state, "undone"));
  }

  @Override
  public Standing standing(Recovery recovery) throws UnreadableHistoryException {
    return standing(recover(recovery, Map.of()).next());
  }

  @Override
  public Verdict perform(State state, Call call) {
    return participant.apply(call.ref());
  }
}
