package io.quorate.saga;

import static java.util.Objects.requireNonNull;

import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.EpochHeldException;
import io.quorate.core.tx.log.JoinableLog;
import io.quorate.core.tx.log.LogFullException;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.SequenceConflictException;
import io.quorate.core.tx.log.TransactionLog;
import io.quorate.core.tx.machine.Standing;
import io.quorate.core.tx.runtime.CoordinatorState;
import io.quorate.core.tx.runtime.Operator;
import io.quorate.core.tx.runtime.RuntimeConfig;
import io.quorate.core.tx.runtime.TransactionRuntime;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs sagas on a durable log.
 *
 * <p>Opening takes up what an earlier coordinator left unfinished; closing leaves what is
 * unfinished to the next one. All methods may be called by many threads; the blocking ones suit
 * virtual threads.
 *
 * <p>A saga's id stands for one run: starting it again, in this process or any other, waits for the
 * outcome of the first start and runs nothing twice.
 */
public final class SagaCoordinator implements AutoCloseable {

  /** Room in the first record for what stands beside the input. */
  private static final int INPUT_BYTES_MAX = LogRecord.BODY_BYTES_MAX - 1024;

  private final TransactionLog log;
  private final TransactionRuntime runtime;

  private SagaCoordinator(TransactionLog log, TransactionRuntime runtime) {
    this.log = log;
    this.runtime = runtime;
  }

  /**
   * Opens a coordinator with {@link RuntimeConfig#defaults()}.
   *
   * @param sagas all definitions whose sagas may be unfinished in the log, older versions included
   * @throws EpochHeldException when another coordinator holds the log and does not let go in time
   */
  public static SagaCoordinator open(TransactionLog log, SagaDefinition<?>... sagas)
      throws EpochHeldException {
    return open(log, RuntimeConfig.defaults(), sagas);
  }

  /** As {@link #open(TransactionLog, SagaDefinition[])}, configured. */
  public static SagaCoordinator open(
      TransactionLog log, RuntimeConfig config, SagaDefinition<?>... sagas)
      throws EpochHeldException {
    if (sagas.length == 0) {
      throw new IllegalArgumentException("sagas: none (expected: at least one definition)");
    }
    var protocols = Arrays.stream(sagas).map(SagaDefinition::protocol).toList();
    return new SagaCoordinator(log, TransactionRuntime.open(log, protocols, config));
  }

  /**
   * Runs a saga and waits for its outcome as long as it takes: the interrupt of the waiting thread,
   * or the loss of the log, gives {@link Outcome.Pending}. On a thread that is interrupted already
   * it starts the saga and answers {@code Pending} at once; the interrupt is kept.
   *
   * @throws io.quorate.core.tx.runtime.ReusedIdException when the id stands for another saga or
   *     input
   * @throws LogFullException when there is no room for new sagas; this one was not begun
   * @throws io.quorate.core.tx.log.LogUnavailableException when the log does not work; not begun
   * @throws io.quorate.core.tx.runtime.OverloadedException when too many are under way; not begun
   * @throws io.quorate.core.tx.runtime.CoordinatorStoppedException when this coordinator is stopped
   */
  public <I> Outcome<SagaResults> run(SagaDefinition<I> saga, TxId id, I input)
      throws LogFullException {
    return await(id, runAsync(saga, id, input), null);
  }

  /**
   * As {@link #run}, answering {@link Outcome.Pending} after {@code wait}; the saga goes on.
   *
   * @param wait 0, which only starts it, to {@link RuntimeConfig#DURATION_MAX}
   * @throws IllegalArgumentException for another {@code wait}; not begun
   */
  public <I> Outcome<SagaResults> run(SagaDefinition<I> saga, TxId id, I input, Duration wait)
      throws LogFullException {
    requireNonNull(wait, "wait");
    if (wait.isNegative() || wait.compareTo(RuntimeConfig.DURATION_MAX) > 0) {
      throw new IllegalArgumentException(
          "wait: %s (expected: PT0S..%s)".formatted(wait, RuntimeConfig.DURATION_MAX));
    }
    return await(id, runAsync(saga, id, input), wait);
  }

  /** As {@link #run}, without waiting; what {@code run} throws completes the future. */
  public <I> CompletableFuture<Outcome<SagaResults>> runAsync(
      SagaDefinition<I> saga, TxId id, I input) {
    byte[] encoded = encode(saga, id, input);
    return runtime.start(saga.id(), id, encoded).thenApply(SagaCoordinator::decoded);
  }

  /**
   * Starts a saga with the caller's own local transaction: it runs if, and only if, that commits.
   * The connection must be to the database that holds this coordinator's log.
   *
   * @throws UnsupportedOperationException when the log is not one that can be joined
   * @throws SequenceConflictException when the id is known already
   * @throws SQLException when a statement fails; roll back
   */
  public <I> void enlist(SagaDefinition<I> saga, TxId id, I input, Connection callersTransaction)
      throws SQLException, SequenceConflictException {
    if (!(log instanceof JoinableLog joinable)) {
      throw new UnsupportedOperationException(
          "%s cannot join a local transaction (expected: a log in the caller's database)"
              .formatted(log.getClass().getSimpleName()));
    }
    byte[] encoded = encode(saga, id, input);
    joinable.append(callersTransaction, saga.protocol().enlist(id, encoded, log.now()));
  }

  private static <I> byte[] encode(SagaDefinition<I> saga, TxId id, I input) {
    requireNonNull(id, "id");
    byte[] encoded = saga.input().encode(requireNonNull(input, "input"));
    if (encoded.length > INPUT_BYTES_MAX) {
      throw new IllegalArgumentException(
          "input: %d bytes encoded (expected: <= %d)".formatted(encoded.length, INPUT_BYTES_MAX));
    }
    return encoded;
  }

  private static Outcome<SagaResults> await(
      TxId id,
      CompletableFuture<Outcome<SagaResults>> answer,
      @org.jspecify.annotations.Nullable Duration wait)
      throws LogFullException {
    try {
      return wait == null ? answer.get() : answer.get(wait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException notYet) {
      return new Outcome.Pending<>(id, Outcome.Direction.UNDECIDED, List.of());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return new Outcome.Pending<>(id, Outcome.Direction.UNDECIDED, List.of());
    } catch (ExecutionException failed) {
      switch (failed.getCause()) {
        case LogFullException full -> throw full;
        case RuntimeException cause -> throw cause;
        case null, default -> throw new CompletionException(failed.getCause());
      }
    }
  }

  private static Outcome<SagaResults> decoded(Outcome<byte[]> outcome) {
    return switch (outcome) {
      case Outcome.Done<byte[]>(TxId id, byte[] results) ->
          new Outcome.Done<>(id, SagaResults.decode(results));
      case Outcome.Undone<byte[]>(TxId id, String why) -> new Outcome.Undone<>(id, why);
      case Outcome.Pending<byte[]> p ->
          new Outcome.Pending<>(p.id(), p.direction(), p.waitingFor());
      case Outcome.Parked<byte[]> p ->
          new Outcome.Parked<>(p.id(), p.branch(), p.why(), p.attempts());
      case Outcome.Hazard<byte[]>(TxId id, List<String> facts) -> new Outcome.Hazard<>(id, facts);
    };
  }

  /** What is durably known of a saga; empty where the log does not know the id (any more). */
  public Optional<Outcome<SagaResults>> outcome(TxId id) {
    return runtime.outcome(id).map(SagaCoordinator::decoded);
  }

  /**
   * Asks for a saga to be undone. Before its point of no return it is; after it the request changes
   * nothing. Either way the saga's outcome says what became of it.
   *
   * @return where the saga stands once the request is taken; fails with {@link
   *     IllegalArgumentException} when the log does not know the id
   */
  public CompletableFuture<Standing> cancel(TxId id, String reason) {
    return runtime.cancel(id, reason);
  }

  /** Looks for sagas that were added by other processes now, instead of at the next poll. */
  public void nudge() {
    runtime.nudge();
  }

  /** Looks and decides on behalf of a person. */
  public Operator operator() {
    return runtime.operator();
  }

  /** How it is, and why; {@link RuntimeConfig#watchedBy} has changes told. */
  public CoordinatorState state() {
    return runtime.state();
  }

  /**
   * Whether it takes sagas: neither closed nor taken over. A coordinator that has stopped does not
   * come back: close it and its log, and open both again; see {@link TransactionRuntime}.
   */
  public boolean isRunning() {
    return runtime.isRunning();
  }

  /** Stops; see {@link TransactionRuntime#close()}. The log stays open. */
  @Override
  public void close() {
    runtime.close();
  }
}
