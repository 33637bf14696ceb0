package io.quorate.saga;

import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.Refusal;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.codec.Codec;
import io.quorate.core.tx.codec.PayloadException;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.machine.Call;
import io.quorate.core.tx.machine.Decision;
import io.quorate.core.tx.machine.Input;
import io.quorate.core.tx.machine.ProtocolId;
import io.quorate.core.tx.machine.Recovery;
import io.quorate.core.tx.machine.Resolution;
import io.quorate.core.tx.machine.ResolutionRefusedException;
import io.quorate.core.tx.machine.Standing;
import io.quorate.core.tx.machine.TransactionProtocol;
import io.quorate.core.tx.machine.Transition;
import io.quorate.core.tx.machine.TxEvent;
import io.quorate.core.tx.machine.UnreadableHistoryException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A saga definition as a pure protocol. Every step of it is: note what became known as facts, then
 * let {@link SagaPlan} say what follows.
 *
 * @param <I> the input
 */
final class SagaProtocol<I> implements TransactionProtocol<SagaState<I>> {

  /** The largest result of a step, in bytes: room for many of them in one record. */
  static final int RESULT_BYTES_MAX = 4 << 20;

  private final SagaDefinition<I> definition;

  SagaProtocol(SagaDefinition<I> definition) {
    this.definition = definition;
  }

  @Override
  public ProtocolId id() {
    return definition.id();
  }

  @Override
  public boolean reads(ProtocolId older) {
    boolean migrates =
        older.family().equals(id().family())
            && older.name().equals(id().name())
            && definition.migrations().containsKey(older.version());
    return migrates || older.equals(id());
  }

  @Override
  public Transition<SagaState<I>> begin(
      TxId tx, byte[] input, Epoch epoch, Instant now, Map<String, TxId> busyLocks) {
    requireUsable(input);
    SagaFact.Began began = began(input, now);
    SagaState<I> state =
        new SagaState<>(
            definition,
            tx,
            epoch,
            -1,
            SagaLedger.begin(began, id().version()),
            definition.input().decode(input),
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            false);
    SagaTurn<I> turn = new SagaTurn<>(state, now, id().encode());
    turn.write(began);
    turn.emit(new TxEvent.Began(tx, id()));
    return new SagaPlan<>(turn, busyLocks).advance();
  }

  /** What a step would stumble over later, when nothing can be refused any more, is refused now. */
  private void requireUsable(byte[] input) {
    I decoded = definition.input().decode(input);
    for (Step<I, ?> step : definition.steps()) {
      Optional<String> unused = step.lockFor(decoded);
    }
  }

  private SagaFact.Began began(byte[] input, Instant now) {
    return new SagaFact.Began(
        input,
        now,
        definition.deadline().map(now::plus).orElse(null),
        definition.durability(),
        definition.shape().outline());
  }

  @Override
  public LogRecord enlist(TxId tx, byte[] input, Instant now) {
    requireUsable(input);
    return new LogRecord(
        tx,
        0,
        LogRecord.Kind.BEGIN,
        LogRecord.Force.FORCED,
        now,
        Set.of(),
        FactCodec.encode(id().encode(), List.of(began(input, now))));
  }

  @Override
  public byte[] input(LogRecord begin) throws UnreadableHistoryException {
    SagaLedger begun = SagaHistory.read(List.of(begin)).ledger();
    Migration<I> migration = definition.migrations().get(begun.version());
    byte[] input = begun.began().input();
    return migration == null ? input : migration.input(input);
  }

  @Override
  public Transition<SagaState<I>> recover(Recovery recovery, Map<String, TxId> busyLocks)
      throws UnreadableHistoryException {
    SagaHistory read = SagaHistory.read(recovery.history());
    SagaTurn<I> turn = read.resume(definition, recovery);
    if (turn.state().ledger().ended() == null) {
      turn.emit(new TxEvent.Recovered(turn.tx(), id(), recovery.history().size()));
    }
    return new SagaPlan<>(turn, busyLocks).advance();
  }

  @Override
  public Transition<SagaState<I>> step(
      SagaState<I> state, Input input, Map<String, TxId> busyLocks) {
    if (state.ledger().ended() != null) {
      if (input instanceof Input.Resolve) {
        throw new ResolutionRefusedException(
            "transaction %s has ended; there is nothing left to decide".formatted(state.tx()));
      }
      return Transition.stay(state);
    }
    SagaTurn<I> turn = new SagaTurn<>(state, input.now());
    SagaPlan<I> plan = new SagaPlan<>(turn, busyLocks);
    switch (input) {
      case Input.Reply(Call call, Verdict verdict, Instant now) -> {
        if (!call.equals(state.inFlight().get(call.ref().branch()))) {
          return Transition.stay(state);
        }
        new SagaReply<>(turn, plan).take(call, verdict);
      }
      case Input.Tick(Instant now) -> {}
      case Input.Cancel(String reason, Instant now) -> {
        if (!plan.mayTurnBack()) {
          return Transition.stay(state);
        }
        plan.decide("cancelled: " + reason);
      }
      case Input.Resolve resolve -> new SagaResolution<>(turn, plan).take(resolve.resolution());
    }
    return plan.advance();
  }

  @Override
  public Standing standing(SagaState<I> state) {
    return SagaStanding.of(state);
  }

  @Override
  public Standing standing(Recovery recovery) throws UnreadableHistoryException {
    return SagaStanding.of(
        SagaHistory.read(recovery.history()).resume(definition, recovery).state());
  }

  @Override
  public List<Decision> decisions(List<LogRecord> history) throws UnreadableHistoryException {
    List<Decision> decisions = new ArrayList<>();
    // The first record is the begin's: nobody has decided anything in it.
    for (LogRecord record : history.subList(1, history.size())) {
      for (SagaFact fact : FactCodec.decode(record.body(), 0)) {
        if (fact instanceof SagaFact.Resolved(Resolution resolution, Instant at)) {
          decisions.add(new Decision(resolution, at));
        }
      }
    }
    return decisions;
  }

  @Override
  public Verdict perform(SagaState<I> state, Call call) {
    Step<I, ?> step = state.definitionOf(call.ref().branch());
    try {
      return perform(state, call, step);
    } catch (Refusal refusal) {
      return new Verdict.No(String.valueOf(refusal.getMessage()));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return new Verdict.Unknown("interrupted");
    } catch (Throwable thrown) {
      return step.refuses(thrown)
          ? new Verdict.No(thrown.toString())
          : new Verdict.Unknown(thrown.toString());
    }
  }

  private <R> Verdict perform(SagaState<I> state, Call call, Step<I, R> step) throws Exception {
    StepContext context = new Context(state, call.ref());
    return switch (call.ref().phase()) {
      case TRY -> checked(step, step.act(context, state.input()));
      case CANCEL -> {
        byte[] result = state.step(step.name()).result();
        Optional<R> done =
            result == null ? Optional.empty() : Optional.ofNullable(step.codec().decode(result));
        yield step.undo(context, state.input(), done);
      }
      case CONFIRM -> throw new IllegalStateException("a saga has no confirm");
    };
  }

  /**
   * An answer whose result nobody could read again, such as a proxy's page, proves nothing: it must
   * not become a fact that a later step or the compensation then stumbles over for ever.
   */
  private static Verdict checked(Step<?, ?> step, Verdict verdict) {
    if (!(verdict instanceof Verdict.Ok(byte[] result))) {
      return verdict;
    }
    if (step.codec() == Codec.nothing()) {
      return result.length == 0 ? verdict : new Verdict.Ok(new byte[0]);
    }
    if (result.length > RESULT_BYTES_MAX) {
      return new Verdict.Unknown(
          "step %s: result of %d bytes (expected: <= %d)"
              .formatted(step.name(), result.length, RESULT_BYTES_MAX));
    }
    try {
      Object unused = step.codec().decode(result);
      return verdict;
    } catch (PayloadException unreadable) {
      return new Verdict.Unknown(
          "step %s: result that cannot be read: %s"
              .formatted(step.name(), unreadable.getMessage()));
    }
  }

  private record Context(SagaState<?> state, BranchRef branch) implements Nesting.NamedResults {
    @Override
    public <R> R result(String name, Codec<R> codec) {
      state.definitionOf(name);
      byte[] result = state.step(name).result();
      if (result == null) {
        throw new IllegalStateException(
            "step %s has no result (expected: a step done before %s)"
                .formatted(name, branch.branch()));
      }
      return codec.decode(result);
    }
  }
}
