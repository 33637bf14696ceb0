package io.quorate.raft.replica;

import static java.util.Objects.requireNonNull;

import io.quorate.core.time.Ticker;
import io.quorate.raft.RaftException;
import io.quorate.raft.StateMachine;
import io.quorate.raft.codec.CommandList;
import io.quorate.raft.core.Input;
import io.quorate.raft.core.Message;
import io.quorate.raft.core.RaftCore;
import io.quorate.raft.core.Refusal;
import io.quorate.raft.core.Restored;
import io.quorate.raft.core.RoleChange;
import io.quorate.raft.core.Status;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.Payload;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.membership.Membership;
import io.quorate.raft.membership.MembershipChange;
import io.quorate.raft.trace.TraceSink;
import io.quorate.raft.trace.Tracer;
import io.quorate.raft.transport.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One node of one group, but for threads: whoever runs it calls it in turns.
 *
 * <pre>{@code
 * replica.receive(from, message);      // whatever has come, any number of calls
 * replica.propose(proposals);
 * replica.tick();                      // now and then
 * replica.endTurn();                   // sends, and has written, what the turn amounts to
 * }</pre>
 *
 * <p><b>Threads.</b> All methods are for the loop lane. Results are completed on the state
 * machine's lane, or on the loop lane where something is refused.
 *
 * <p><b>Errors.</b> What a node cannot recover from by itself (a broken invariant, a failed disk, a
 * state machine that throws) stops it: everybody who waits is told, and it does nothing any more.
 */
public final class Replica {
  private final ReplicaConfig config;
  private final ReplicaStore store;
  private final SnapshotVault vault;
  private final Ticker ticker;
  private final Consumer<RoleChange> roles;
  private final RaftCore core;
  private final ReplicaEffects effects;
  private final Applying applying;
  private final Pending pending = new Pending();
  private final ReadQueue reads;
  private final Operations operations = new Operations();

  /** The last entry the core wants applied, and the last that was handed to the state machine. */
  private long wantedIndex;

  private long handedIndex;

  /** The last write the core knows to be durable. */
  private long persisted;

  /** Whether entries to apply are being read from the disk. */
  private boolean loading;

  /** What was applied since the last snapshot was begun, in bytes. */
  private long bytesSinceSnapshot;

  private boolean snapshotting;
  private boolean turnWrote;
  private @Nullable Throwable stopped;
  private @Nullable Tracer tracer;

  /** Who is told when this replica stops. */
  private final Consumer<Throwable> onStop;

  /**
   * A replica that starts.
   *
   * @param restored what {@code store} has found
   * @param roles told of each change of role, on the loop lane
   * @param onStop told once when it stops by itself, on the loop lane
   */
  public Replica(
      ReplicaConfig config,
      Restored restored,
      ReplicaStore store,
      SnapshotVault vault,
      StateMachine machine,
      Transport transport,
      Lanes lanes,
      Ticker ticker,
      RandomGenerator random,
      Consumer<RoleChange> roles,
      Consumer<Throwable> onStop) {
    this.config = requireNonNull(config, "config");
    this.store = requireNonNull(store, "store");
    this.vault = requireNonNull(vault, "vault");
    requireNonNull(lanes, "lanes");
    this.ticker = requireNonNull(ticker, "ticker");
    this.roles = requireNonNull(roles, "roles");
    this.onStop = requireNonNull(onStop, "onStop");
    core = new RaftCore(config.core(), restored, random, ticker.nanos());
    effects = new ReplicaEffects(this, config.group(), core, store, vault, transport, lanes);
    applying = new Applying(machine, lanes, config.applyBytesMax(), this::pump, this::stop);
    reads = new ReadQueue(config.core().readsMax());
    wantedIndex = restored.snapshot().index();
    handedIndex = wantedIndex;
    if (handedIndex > 0) {
      applying.restore(restored.snapshot(), vault);
    }
    store.listen(() -> lanes.loop().execute(this::storeChanged));
  }

  private void storeChanged() {
    if (store.hasFailed()) {
      storageFailed();
      return;
    }
    long write = store.persistedUpTo();
    if (write > persisted) {
      persisted = write;
      step(new Input.Persisted(write));
    }
  }

  /**
   * A message came. While the disk has no room, entries are taken for lost: what the core has taken
   * in, it counts on.
   */
  public void receive(long from, Message message) {
    if (message instanceof Message.Append append
        && !append.batches().isEmpty()
        && !store.hasRoom()) {
      return;
    }
    step(new Input.Receive(from, message));
  }

  /** Messages to a node were lost. */
  public void unreachable(long node) {
    step(new Input.Unreachable(node));
  }

  /** Time has passed. */
  public void tick() {
    step(new Input.Tick());
  }

  /** Starts an election now. */
  public void campaign() {
    step(new Input.Campaign());
  }

  /** Proposes commands, in as few batches as a message holds. */
  public void propose(List<Proposal> proposals) {
    if (stopped != null) {
      RaftException why = stoppedException();
      proposals.forEach(proposal -> proposal.result().completeExceptionally(why));
      return;
    }
    Refusal local = localRefusal();
    if (local != null) {
      refuse(proposals, local);
      return;
    }
    if (proposals.stream().anyMatch(this::isTooLarge)) {
      refuse(proposals.stream().filter(this::isTooLarge).toList(), Refusal.TOO_LARGE);
      proposeAll(proposals.stream().filter(each -> !isTooLarge(each)).toList());
    } else {
      proposeAll(proposals);
    }
  }

  private boolean isTooLarge(Proposal proposal) {
    return proposal.command().remaining() > config.commandBytesMax();
  }

  private void proposeAll(List<Proposal> proposals) {
    int from = 0;
    while (from < proposals.size()) {
      int to = from;
      long bytes = 0;
      do {
        bytes += proposals.get(to++).command().remaining() + Integer.BYTES;
      } while (to < proposals.size()
          && bytes + proposals.get(to).command().remaining() + Integer.BYTES
              <= config.core().messageBytesMax());
      proposeBatch(proposals.subList(from, to));
      from = to;
    }
  }

  private @Nullable Refusal localRefusal() {
    if (!core.isLeader()) {
      return null;
    }
    if (!store.hasRoom()) {
      return Refusal.NO_ROOM;
    }
    boolean behind =
        wantedIndex > handedIndex
            && core.bytes(handedIndex + 1, wantedIndex) > config.unappliedBytesMax();
    return behind ? Refusal.TOO_MUCH_UNAPPLIED : null;
  }

  private void proposeBatch(List<Proposal> proposals) {
    List<ByteBuffer> commands = new ArrayList<>(proposals.size());
    proposals.forEach(proposal -> commands.add(proposal.command()));
    operations.proposing(
        batch -> pending.add(batch, List.copyOf(proposals)), why -> refuse(proposals, why));
    step(new Input.Propose(CommandList.pack(commands)));
    if (stopped != null) {
      tellOfStop(proposals.stream().map(Proposal::result).toList());
    }
  }

  /** A step that stopped this node may have told nobody what became of what was asked in it. */
  private void tellOfStop(List<? extends CompletableFuture<?>> asked) {
    if (stopped != null) {
      RaftException why =
          new RaftException.Unknown("this node stopped meanwhile: " + stopped, stopped);
      asked.forEach(each -> each.completeExceptionally(why));
    }
  }

  private void refuse(List<Proposal> proposals, Refusal why) {
    RaftException refused = new RaftException.Refused(why, core.leader());
    proposals.forEach(proposal -> proposal.result().completeExceptionally(refused));
  }

  /** Changes who belongs to the group; done once the change is agreed on and over. */
  public void changeMembership(
      List<MembershipChange> changes, CompletableFuture<Membership> result) {
    if (stopped != null) {
      result.completeExceptionally(stoppedException());
      return;
    }
    operations.changing(
        result, why -> result.completeExceptionally(new RaftException.Refused(why, core.leader())));
    step(new Input.ChangeMembership(changes));
    tellOfStop(List.of(result));
  }

  /**
   * Hands leadership over; done once another node leads.
   *
   * @param to whom; 0 for whoever is furthest
   */
  public void transfer(long to, CompletableFuture<Void> result) {
    if (stopped != null) {
      result.completeExceptionally(stoppedException());
      return;
    }
    operations.transferring(
        result, why -> result.completeExceptionally(new RaftException.Refused(why, core.leader())));
    step(new Input.Transfer(to));
    tellOfStop(List.of(result));
  }

  /** Reads what is agreed on, linearizably. */
  public void read(ReadTask<?> task) {
    if (stopped != null) {
      task.result().completeExceptionally(stoppedException());
      return;
    }
    reads.gather(task, core.leader());
  }

  /**
   * Reads a state that had, at a moment at most {@code maxAge} ago, all that was agreed on: at once
   * if this node knows that of its state, else as {@link #read}.
   */
  public void staleRead(Duration maxAge, ReadTask<?> task) {
    if (stopped == null && reads.isFresh(maxAge, ticker.nanos())) {
      applying.read(List.of(task));
    } else {
      read(task);
    }
  }

  /** The inputs of a turn are over. */
  public void endTurn() {
    long read = reads.ask(ticker.nanos());
    if (read != 0) {
      step(new Input.Read(read));
    }
    step(new Input.EndOfTurn());
    if (turnWrote && stopped == null) {
      turnWrote = false;
      store.flush();
    }
  }

  /** Takes a snapshot soon, whatever the configuration says. */
  public void snapshotNow() {
    bytesSinceSnapshot = Long.MAX_VALUE / 2;
    maybeSnapshot();
  }

  /** Tells from now on what the core does; slow. */
  public void trace(TraceSink sink) {
    tracer = new Tracer(core, sink);
  }

  /** Where this node is. */
  public Status status() {
    return core.status();
  }

  /** The last entry that was handed to the state machine. */
  public long handedIndex() {
    return handedIndex;
  }

  /** Why it stopped; null while it runs. */
  public @Nullable Throwable stopped() {
    return stopped;
  }

  /** Stops: everybody who waits is told. Idempotent. */
  public void stop(Throwable why) {
    if (stopped != null) {
      return;
    }
    stopped = why;
    RaftException told = stoppedException();
    pending.failAll(
        proposal -> new RaftException.Unknown("this node stopped meanwhile: " + why, why));
    reads.failAll(told);
    operations.failAll(told);
    onStop.accept(why);
  }

  private RaftException stoppedException() {
    return new RaftException.Stopped(String.valueOf(stopped), stopped);
  }

  private void storageFailed() {
    step(new Input.StorageFailed());
    stop(new IllegalStateException("the disk failed (expected: one that works); start again"));
  }

  void step(Input input) {
    if (stopped != null) {
      return;
    }
    try {
      if (tracer == null) {
        core.step(input, ticker.nanos(), effects);
      } else {
        tracer.step(input, ticker.nanos(), effects);
      }
    } catch (RuntimeException e) {
      // A broken invariant, or a write that could not be taken: core and disk may differ by now.
      stop(e);
    }
    operations.stepIsOver();
  }

  // What follows is called by the effects of a step.

  void wrote() {
    turnWrote = true;
  }

  void appended(EntryBatch batch) {
    operations.appended(batch);
  }

  void refused(Refusal why) {
    operations.refused(why);
  }

  void roleChanged(RoleChange change) {
    operations.roleChanged(change, config.core().self());
    roles.accept(change);
  }

  void readReady(long read, long index) {
    reads.confirmed(read, index);
    runReads();
  }

  void readRefused(long read, Refusal why) {
    reads.refused(read, new RaftException.Refused(why, core.leader()));
  }

  void applyTo(long index) {
    wantedIndex = index;
    pump();
  }

  void restoreFrom(SnapshotMark mark) {
    pending.skip(mark);
    wantedIndex = mark.index();
    handedIndex = mark.index();
    bytesSinceSnapshot = 0;
    applying.restore(mark, vault);
    runReads();
  }

  private void runReads() {
    List<ReadTask<?>> due = reads.due(handedIndex);
    if (!due.isEmpty()) {
      applying.read(due);
    }
  }

  /** Hands entries to the state machine as long as it has room for them. */
  private void pump() {
    while (!loading && stopped == null && handedIndex < wantedIndex && applying.hasRoom()) {
      long first = handedIndex + 1;
      long last = core.lastWithin(first, wantedIndex, config.applyBytesMax());
      loading = true;
      effects.load(first, last, batches -> loaded(first, batches), gone -> notLoaded(first, gone));
    }
  }

  /** A snapshot that has come meanwhile takes the place of entries that are gone. */
  private void notLoaded(long first, IOException why) {
    loading = false;
    if (handedIndex == first - 1) {
      stop(why);
    } else {
      pump();
    }
  }

  private void loaded(long first, List<EntryBatch> batches) {
    loading = false;
    // A snapshot may have taken their place meanwhile.
    if (stopped == null && handedIndex == first - 1) {
      hand(batches);
    }
    pump();
  }

  private void hand(List<EntryBatch> batches) {
    List<Applying.Work> works = new ArrayList<>(batches.size());
    long bytes = 0;
    for (EntryBatch batch : batches) {
      if (batch.firstIndex() != handedIndex + 1) {
        works.forEach(work -> Applying.giveUp(work, "this node stopped meanwhile"));
        stop(
            new IllegalStateException(
                "entry %d to apply (expected: %d)".formatted(batch.firstIndex(), handedIndex + 1)));
        return;
      }
      works.add(new Applying.Work(batch, pending.take(batch)));
      bytes += batch.sizeBytes();
      handedIndex = batch.lastIndex();
      if (batch.payload() instanceof Payload.Configuration configuration) {
        operations.agreed(batch, configuration.membership());
      } else {
        operations.agreed(batch, null);
      }
    }
    applying.apply(works, bytes);
    bytesSinceSnapshot += bytes;
    runReads();
    maybeSnapshot();
  }

  private void maybeSnapshot() {
    if (snapshotting || stopped != null || bytesSinceSnapshot < config.snapshotBytes()) {
      return;
    }
    if (handedIndex <= core.status().snapshot().index()) {
      return;
    }
    Membership members = core.membershipAt(handedIndex);
    if (members.voters().isEmpty()) {
      // A node that joins does not know who belonged to the group before it came.
      return;
    }
    snapshotting = true;
    bytesSinceSnapshot = 0;
    SnapshotMark mark = new SnapshotMark(handedIndex, core.termAt(handedIndex), members);
    applying.snapshot(
        mark,
        vault,
        saved -> {
          snapshotting = false;
          // One that came from another node meanwhile may reach further.
          if (saved && stopped == null && mark.index() > core.status().snapshot().index()) {
            store.snapshotTaken(mark);
            step(new Input.SnapshotTaken(mark));
          }
        });
  }
}
