package io.quorate.core.tx.runtime;

import static java.util.Objects.requireNonNull;

import io.quorate.core.time.Ticker;
import io.quorate.core.time.Timers;
import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.FencedException;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.TransactionLog;
import io.quorate.core.tx.machine.Input;
import io.quorate.core.tx.machine.ProtocolId;
import io.quorate.core.tx.machine.Standing;
import io.quorate.core.tx.machine.TransactionProtocol;
import io.quorate.core.tx.machine.TxEvent;
import io.quorate.core.tx.machine.UnreadableHistoryException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs transactions of any number of protocols on one log.
 *
 * <p><b>Threads.</b> All methods may be called by many threads. Each transaction is driven by one
 * virtual thread at a time; each call to a participant has its own.
 *
 * <p><b>Durability.</b> An effect of a transition, a call or an answer, happens after its records
 * are durable as they ask to be. What a caller is told equals what the log holds.
 *
 * <p><b>Loss of the log.</b> Fenced by another coordinator, the runtime stops: those who wait are
 * told {@link Outcome.Pending}, and new work is refused. While the log's storage does not answer,
 * affected transactions are put aside and tried again. {@link #state} says which; {@link
 * RuntimeConfig#watchedBy} has it told.
 *
 * <p><b>Opening again.</b> A stopped runtime does not come back, nor does a log on a failed disk
 * (the state stays {@code LOG_AWAY}). On a thread of your own: close the runtime, close the log,
 * open the log, open a runtime on it; nothing is lost, the new one takes up what is unfinished.
 * Where another process has taken over, only do so if this one is to be a standby: with a long
 * {@link RuntimeConfig#acquireWait} opening waits until the other lets go.
 */
public final class TransactionRuntime implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(TransactionRuntime.class);

  private final TransactionLog log;
  private final Epoch epoch;
  private final RuntimeConfig config;
  private final Map<ProtocolId, TransactionProtocol<?>> protocols;
  private final Timers timers;
  private final LogWriter writer;
  private final CallRunner calls;
  private final RecoveryLoop recovery;
  private final LeaseKeeper lease;
  private final Operator operator;
  private final Views views;
  private final Observers observers;
  private final Health health;
  private final Askers askers = new Askers(this);
  private final Map<TxId, LiveTransaction<?>> live = new ConcurrentHashMap<>();
  private final Callers callers = new Callers();
  private final UnderWay driving = new UnderWay();
  private final AtomicReference<@Nullable CoordinatorStoppedException> stopped =
      new AtomicReference<>();
  private volatile boolean closing;

  private TransactionRuntime(
      TransactionLog log,
      Epoch epoch,
      RuntimeConfig config,
      Map<ProtocolId, TransactionProtocol<?>> protocols,
      Timers timers) {
    this.log = log;
    this.epoch = epoch;
    this.config = config;
    this.protocols = protocols;
    this.timers = timers;
    this.views = new Views(log, epoch, protocols);
    this.writer = new LogWriter(log, epoch, LogWriter.READ_BACK);
    this.observers = new Observers(config.observers());
    this.health = new Health(epoch, config.listeners());
    this.calls = new CallRunner(timers, config.callGrace(), observers);
    this.recovery = new RecoveryLoop(this);
    this.lease = new LeaseKeeper(this);
    this.operator = new Operator(this);
  }

  /**
   * Acquires the log, takes up what is unfinished and accepts work. The log stays the caller's to
   * close, after the runtime.
   *
   * @throws io.quorate.core.tx.log.EpochHeldException when another owner holds the log for longer
   *     than {@link RuntimeConfig#acquireWait}
   * @throws IllegalArgumentException when two protocols have the same id
   */
  public static TransactionRuntime open(
      TransactionLog log, List<? extends TransactionProtocol<?>> protocols, RuntimeConfig config)
      throws io.quorate.core.tx.log.EpochHeldException {
    return open(log, protocols, config, epoch -> Timers.system("quorate-timers-" + epoch.number()));
  }

  /** As {@link #open(TransactionLog, List, RuntimeConfig)}, with timers that a test can move. */
  static TransactionRuntime open(
      TransactionLog log,
      List<? extends TransactionProtocol<?>> protocols,
      RuntimeConfig config,
      Function<Epoch, Timers> timers)
      throws io.quorate.core.tx.log.EpochHeldException {
    requireNonNull(log, "log");
    Map<ProtocolId, TransactionProtocol<?>> byId = new ConcurrentHashMap<>();
    for (TransactionProtocol<?> protocol : protocols) {
      if (byId.put(protocol.id(), protocol) != null) {
        throw new IllegalArgumentException(
            "protocols: %s twice (expected: each once)".formatted(protocol.id()));
      }
    }
    Epoch epoch = LeaseKeeper.acquire(log, config);
    LOGGER.info("coordinator opened epoch={} protocols={}", epoch, byId.keySet());
    TransactionRuntime runtime =
        new TransactionRuntime(log, epoch, config, byId, timers.apply(epoch));
    runtime.lease.start();
    runtime.recovery.start();
    return runtime;
  }

  /**
   * Begins a transaction, or joins the one that has its id: an id stands for one transaction for as
   * long as the log remembers it.
   *
   * @return what the caller is told, once it is known. Fails with {@link ReusedIdException} when
   *     the id stands for another definition or input, {@link
   *     io.quorate.core.tx.log.LogFullException} or {@link
   *     io.quorate.core.tx.log.LogUnavailableException} when the transaction was not begun
   * @throws OverloadedException when too many are under way
   * @throws CoordinatorStoppedException when this coordinator does not work any more
   */
  public CompletableFuture<Outcome<byte[]>> start(ProtocolId id, TxId tx, byte[] input) {
    TransactionProtocol<?> protocol = registered(id);
    requireRunning();
    if (live.size() >= config.liveMax() && !live.containsKey(tx)) {
      throw new OverloadedException(tx, config.liveMax());
    }
    CompletableFuture<Outcome<byte[]>> caller = new CompletableFuture<>();
    begin(protocol, tx, input, caller, observers.here());
    return caller;
  }

  <S> void begin(
      TransactionProtocol<S> protocol,
      TxId tx,
      byte[] input,
      CompletableFuture<Outcome<byte[]>> caller) {
    begin(protocol, tx, input, caller, Observers.NOWHERE);
  }

  <S> void begin(
      TransactionProtocol<S> protocol,
      TxId tx,
      byte[] input,
      CompletableFuture<Outcome<byte[]>> caller,
      CallScope.Surroundings from) {
    CoordinatorStoppedException why = stopped.get();
    if (why != null) {
      callers.refuse(tx, caller, why);
      return;
    }
    LiveTransaction<S> mine = LiveTransaction.beginning(this, protocol, tx, input, caller, from);
    LiveTransaction<?> other = live.putIfAbsent(tx, mine);
    if (other == null) {
      mine.go();
    } else {
      other.joinedBy(protocol, input, caller);
    }
  }

  private TransactionProtocol<?> registered(ProtocolId id) {
    TransactionProtocol<?> protocol = protocols.get(id);
    if (protocol == null) {
      throw new IllegalArgumentException(
          "%s is not registered with this coordinator (expected: one of %s)"
              .formatted(id, protocols.keySet()));
    }
    return protocol;
  }

  /** Notices what was added by other processes, a joined start for example, without waiting. */
  public void nudge() {
    recovery.nudge();
  }

  /**
   * What is durably known of a transaction.
   *
   * @return empty where the log does not know the id (any more)
   */
  public Optional<Outcome<byte[]>> outcome(TxId tx) {
    return view(tx).map(view -> view.standing().outcome());
  }

  /** All that is durably known of a transaction, for people. */
  Optional<TransactionView> view(TxId tx) {
    return views.of(tx);
  }

  /**
   * Asks for a transaction to be undone.
   *
   * @return where it stands after the request: undoing, or past the point where that is possible
   * @throws IllegalArgumentException when the log does not know the id
   */
  public CompletableFuture<Standing> cancel(TxId tx, String reason) {
    requireNonNull(reason, "reason");
    return feed(tx, now -> new Input.Cancel(reason, now));
  }

  /** Looks and decides on behalf of a person. */
  public Operator operator() {
    return operator;
  }

  CompletableFuture<Standing> feed(TxId tx, Function<Instant, Input> input) {
    return askers.ask(tx, input);
  }

  /** Takes a transaction up unless it is in memory, or cannot be taken up. */
  void load(TxId tx, Runnable quiet) {
    load(tx, quiet, loaded -> {});
  }

  /**
   * Takes a transaction up unless it is in memory.
   *
   * @param quiet runs when it has no calls out, at once where it is not taken up here
   * @param also is handed the transaction before it can leave memory again
   * @return false where nothing can take it up
   */
  boolean load(TxId tx, Runnable quiet, Consumer<LiveTransaction<?>> also) {
    List<LogRecord> history = log.read(tx);
    if (history.isEmpty()) {
      recovery.forget(tx);
      quiet.run();
      return false;
    }
    TransactionProtocol<?> protocol;
    try {
      protocol = views.reader(history.getFirst());
    } catch (UnreadableHistoryException unreadable) {
      broken(tx, unreadable);
      quiet.run();
      return false;
    }
    LiveTransaction<?> mine = LiveTransaction.recovering(this, protocol, tx, quiet);
    LiveTransaction<?> other = live.putIfAbsent(tx, mine);
    if (other != null) {
      quiet.run();
      also.accept(other);
    } else {
      also.accept(mine);
      mine.go();
    }
    return true;
  }

  void waits(TxId tx, CompletableFuture<Outcome<byte[]>> caller) {
    callers.add(tx, caller);
    if (isStopped()) {
      tell(tx, unknown(tx));
    }
  }

  void waitsNoMore(TxId tx, CompletableFuture<Outcome<byte[]>> caller) {
    callers.remove(tx, caller);
  }

  void refuse(TxId tx, CompletableFuture<Outcome<byte[]>> caller, Exception why) {
    callers.refuse(tx, caller, why);
  }

  void tell(TxId tx, Outcome<byte[]> outcome) {
    callers.tell(tx, outcome);
  }

  private static Outcome<byte[]> unknown(TxId tx) {
    return new Outcome.Pending<>(tx, Outcome.Direction.UNDECIDED, List.of());
  }

  void drop(LiveTransaction<?> gone) {
    live.remove(gone.tx(), gone);
  }

  /** The log does not answer: say what is known, and look again later. */
  void logAway(TxId tx, RuntimeException away) {
    LOGGER.warn("log away tx={} cause={}", tx, away.toString());
    tell(tx, unknown(tx));
    recovery.revisit(tx);
  }

  /** Something that trying again at once does not cure. */
  void broken(TxId tx, Throwable why) {
    if (isStopped()) {
      // The log may have been closed under it: whoever opens it next takes this up.
      tell(tx, unknown(tx));
      return;
    }
    boolean expected = why instanceof UnreadableHistoryException;
    String reason = expected ? String.valueOf(why.getMessage()) : why.toString();
    if (recovery.setAside(tx, reason)) {
      LOGGER.error("transaction set aside tx={} cause={}", tx, reason, expected ? null : why);
    }
    tell(tx, new Outcome.Parked<>(tx, "", reason, 0));
  }

  void fenced(FencedException by) {
    stop(new CoordinatorStoppedException("another coordinator has taken over: " + by, by));
  }

  private void stop(CoordinatorStoppedException why) {
    if (stopped.compareAndSet(null, why)) {
      health.stopped(String.valueOf(why.getMessage()));
      lease.stop();
      recovery.stop();
      calls.stop();
      for (TxId tx : callers.awaited()) {
        tell(tx, unknown(tx));
      }
    }
  }

  void requireRunning() {
    CoordinatorStoppedException why = stopped.get();
    if (why == null && closing) {
      throw new CoordinatorStoppedException("the coordinator is closing", null);
    }
    if (why != null) {
      throw new CoordinatorStoppedException(String.valueOf(why.getMessage()), why);
    }
  }

  boolean isStopped() {
    return stopped.get() != null;
  }

  boolean isLive(TxId tx) {
    return live.containsKey(tx);
  }

  @Nullable LiveTransaction<?> live(TxId tx) {
    return live.get(tx);
  }

  /** How it is now; {@link RuntimeConfig#watchedBy} has changes told. */
  public CoordinatorState state() {
    return closing && !isStopped()
        ? new CoordinatorState(CoordinatorState.Status.STOPPED, "the coordinator is closing")
        : health.state();
  }

  /**
   * Whether it takes work: neither closed nor taken over. Its log may be away; see {@link #state}.
   */
  public boolean isRunning() {
    return state().status() != CoordinatorState.Status.STOPPED;
  }

  Health health() {
    return health;
  }

  void emit(TxEvent event) {
    if (event instanceof TxEvent.Ended) {
      recovery.forget(event.tx());
    }
    observers.emit(event);
  }

  TransactionLog log() {
    return log;
  }

  /** The authority under which this runtime writes and calls. */
  public Epoch epoch() {
    return epoch;
  }

  RuntimeConfig config() {
    return config;
  }

  LogWriter writer() {
    return writer;
  }

  CallRunner calls() {
    return calls;
  }

  /** Runs {@code task} later; never, once this coordinator has stopped. */
  Timers.Timer after(Duration delay, Runnable task) {
    try {
      return timers.after(delay, task);
    } catch (IllegalStateException closed) {
      if (isStopped()) {
        return () -> {};
      }
      throw closed;
    }
  }

  UnderWay driving() {
    return driving;
  }

  void takenUp(TxId tx) {
    recovery.takenUp(tx);
  }

  Views views() {
    return views;
  }

  RecoveryLoop recovery() {
    return recovery;
  }

  /** How many transactions are under way in memory. */
  int live() {
    return live.size();
  }

  Instant now() {
    return log.now();
  }

  /**
   * Stops taking work, gives calls that are out {@link RuntimeConfig#closeWait} to answer,
   * interrupts the rest and releases the log. What is unfinished goes on when the log is opened
   * next. Idempotent; an interrupt is kept for later.
   */
  @Override
  public void close() {
    closing = true;
    if (!isStopped()) {
      recovery.stop();
      settle(config.closeWait());
      stop(new CoordinatorStoppedException("the coordinator was closed", null));
    }
    calls.awaitNone(config.callGrace());
    driving.awaitNone(config.callGrace());
    recovery.awaitStopped(config.callGrace());
    timers.close();
    log.release(epoch);
  }

  /**
   * Waits until no call is out and no answer is left to be taken in, or that long: an answer may be
   * handed to a thread that drives its transaction already, and may lead to the next call.
   */
  private void settle(Duration atMost) {
    Ticker ticker = Ticker.system();
    long deadline = ticker.nanos() + atMost.toNanos();
    Duration left = atMost;
    do {
      calls.awaitNone(left);
      driving.awaitNone(left);
      left = Duration.ofNanos(Math.max(0, deadline - ticker.nanos()));
    } while (calls.out() > 0 && !left.isZero());
  }
}
