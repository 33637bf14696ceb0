package io.quorate.raftsim.node;

import io.quorate.raft.StateMachine;
import io.quorate.raft.core.Message;
import io.quorate.raft.core.Role;
import io.quorate.raft.core.Status;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.Payload;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.replica.Lanes;
import io.quorate.raft.replica.Proposal;
import io.quorate.raft.replica.ReadTask;
import io.quorate.raft.replica.Replica;
import io.quorate.raft.replica.ReplicaConfig;
import io.quorate.raft.replica.SnapshotVault;
import io.quorate.raft.transport.SnapshotSink;
import io.quorate.raftsim.disk.DiskState;
import io.quorate.raftsim.disk.NodeDisk;
import io.quorate.raftsim.disk.StoreWatcher;
import io.quorate.raftsim.disk.StoredLog;
import io.quorate.raftsim.disk.WatchedStore;
import io.quorate.raftsim.invariant.Judge;
import io.quorate.raftsim.invariant.NodeView;
import io.quorate.raftsim.net.Endpoint;
import io.quorate.raftsim.net.SimNetwork;
import io.quorate.raftsim.net.SimTransport;
import io.quorate.raftsim.world.World;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One node: a disk and a clock that stay, and a replica for as long as it runs. */
public final class SimNode implements NodeView, Endpoint {
  private static final int INBOX_MAX = 2_000;

  private final World world;
  private final SimNetwork network;
  private final Judge judge;
  private final Counts counts;
  private final ReplicaConfig config;
  private final NodeDisk disk;
  private final DiskState promised;
  private final Supplier<StateMachine> machines;
  private final SimClock clock;
  private final SplittableRandom laneRandom;
  private final SplittableRandom crashRandom;
  private final SplittableRandom electionRandom;
  private NodeHabits habits;
  private @Nullable Start running;

  /** After the latest step. */
  @SuppressWarnings("NullAway.Init")
  private Status status;

  @SuppressWarnings("NullAway.Init")
  private StoredLog written;

  private long starts;
  private boolean paused;
  private final long ticksEveryNanos;

  /** What is there between a start and a crash. */
  private final class Start implements StoreWatcher {
    private final SimLane loop =
        new SimLane(
            world,
            () -> waitFor(habits.laneNanos()),
            () -> 1 + laneRandom.nextInt(habits.tasksMax()),
            new LoopTurn(this));
    private final SimLane apply =
        new SimLane(world, () -> waitFor(habits.applyNanos()), () -> 1, new OtherTurn(this));
    private final SimLane slow =
        new SimLane(world, () -> waitFor(habits.laneNanos() * 4), () -> 1, new OtherTurn(this));
    private final WatchedMachine machine =
        new WatchedMachine(
            machines.get(), (index, hash) -> judge.applied(SimNode.this, index, hash));
    private final WatchedStore store;
    private final SnapshotVault vault;
    private final Replica replica;
    private final List<Proposal> proposals = new ArrayList<>();
    private boolean tickWaits;

    Start(NodeDisk.Opened opened, StoredLog found) {
      store = new WatchedStore(opened.store(), this, found, promised);
      vault =
          new WatchedVault(
              opened.vault(), (mark, hash) -> judge.snapshot(SimNode.this, mark, hash));
      replica =
          new Replica(
              config,
              opened.restored(),
              store,
              vault,
              machine,
              new SimTransport(network, id(), this::mayLeave),
              new Lanes(loop, apply, slow),
              clock,
              electionRandom,
              change -> world.note("role " + change.role(), id(), change.term(), change.leader()),
              why -> stopped(this, why));
    }

    private boolean mayLeave(long to, Message message) {
      if (running != this) {
        return false;
      }
      beforeEffect();
      judge.sends(SimNode.this, to, message);
      world.trace().say(world.nowNanos(), () -> id() + " -> " + to + " " + message);
      return true;
    }

    @Override
    public void beforeEffect() {
      if (running == this && crashRandom.nextDouble() < habits.crashAtEffect()) {
        world.note("crash inside", id(), 0, 0);
        if (replica.status().role() == Role.LEADER) {
          judge.committed(SimNode.this, status, replica.status());
        }
        crash();
        throw new SimCrash();
      }
    }

    @Override
    public void onAppend(EntryBatch batch) {
      if (batch.payload() instanceof Payload.Configuration && status.role() == Role.LEADER) {
        counts.change();
      }
      judge.appends(SimNode.this, batch);
    }

    @Override
    public void onTruncate(long firstIndex) {
      judge.truncates(SimNode.this, firstIndex);
    }

    @Override
    public void onInstall(SnapshotMark mark) {
      counts.install();
    }

    private void die() {
      store.die();
      loop.die();
      apply.die();
      slow.die();
    }
  }

  private final class LoopTurn implements SimLane.Consumer {
    private final Start start;

    LoopTurn(Start start) {
      this.start = start;
    }

    @Override
    public void task(Runnable task) {
      guarded(start, task);
    }

    @Override
    public void endTurn() {
      guarded(start, () -> start.replica.endTurn());
    }
  }

  private final class OtherTurn implements SimLane.Consumer {
    private final Start start;

    OtherTurn(Start start) {
      this.start = start;
    }

    @Override
    public void task(Runnable task) {
      if (running != start) {
        return;
      }
      try {
        task.run();
      } catch (SimCrash crash) {
        world.note("crash outside the loop", id(), 0, 0);
      }
    }

    @Override
    public void endTurn() {
      // Nothing gathers on these lanes.
    }
  }

  /**
   * A node that is down.
   *
   * @param machines makes an empty state machine for each start
   */
  public SimNode(
      World world,
      SimNetwork network,
      Judge judge,
      Counts counts,
      ReplicaConfig config,
      NodeDisk disk,
      SnapshotMark beginning,
      Supplier<StateMachine> machines,
      NodeHabits habits) {
    this.world = world;
    this.network = network;
    this.judge = judge;
    this.counts = counts;
    this.config = config;
    this.disk = disk;
    this.machines = machines;
    this.habits = habits;
    promised = new DiskState(beginning);
    clock = new SimClock(world);
    laneRandom = world.stream("lanes " + id());
    crashRandom = world.stream("crashes " + id());
    electionRandom = world.stream("elections " + id());
    ticksEveryNanos = config.core().heartbeatInterval().toNanos() / 3;
    start();
    network.join(id(), this);
    judge.join(this);
    world.after(laneRandom.nextLong(ticksEveryNanos), this::tick);
  }

  private long waitFor(long meanNanos) {
    return (long) (-Math.log(1 - laneRandom.nextDouble()) * meanNanos);
  }

  /** Starts with what the disk has. Does nothing where it runs. */
  public void start() {
    if (running != null) {
      return;
    }
    try {
      NodeDisk.Opened opened = disk.open();
      clock.restart(laneRandom.nextLong(1L << 40));
      StoredLog found = Found.entries(opened);
      written = found;
      starts++;
      Start start = new Start(opened, found);
      status = start.replica.status();
      judge.started(this, promised, found);
      promised.reopened(
          opened.restored().hardState(),
          found.copy(),
          opened.restored().snapshot(),
          opened.restored().inDoubt());
      if (status.inDoubt()) {
        counts.doubt();
      }
      running = start;
      paused = false;
      world.note("start", id(), status.hardState().term(), status.lastIndex());
    } catch (IOException | RuntimeException e) {
      judge.violate("starts-again", "node %d: %s".formatted(id(), Causes.text(e)));
    }
  }

  /** Crashes: what is not durable is lost. Does nothing where it is down. */
  public void crash() {
    Start start = running;
    if (start == null) {
      return;
    }
    running = null;
    start.die();
    disk.crash();
    counts.crash();
    world.note("crash", id(), status.hardState().term(), status.lastIndex());
  }

  private void stopped(Start start, Throwable why) {
    if (start.store.hasFailed()) {
      counts.diskFailure();
      world.note("disk failed", id(), 0, 0);
      world.after(0, () -> fail(start));
    } else {
      judge.violate("stays-up", "node %d stops: %s".formatted(id(), Causes.text(why)));
    }
  }

  /** Its disk has failed: it is started again in a while, on one that works. */
  private void fail(Start start) {
    if (running == start) {
      crash();
      world.after(laneRandom.nextLong(20 * ticksEveryNanos), this::start);
    }
  }

  private void guarded(Start start, Runnable task) {
    if (running != start) {
      return;
    }
    counts.step();
    try {
      task.run();
    } catch (SimCrash crash) {
      return;
    } catch (RuntimeException e) {
      if (start.store.hasFailed()) {
        fail(start);
        return;
      }
      judge.violate("no-exception", "node %d: %s".formatted(id(), Causes.text(e)));
      return;
    }
    if (running == start) {
      Status before = status;
      Status after = start.replica.status();
      status = after;
      if (after.role() == Role.LEADER && before.role() != Role.LEADER) {
        counts.election();
      }
      judge.stepped(this, before, after);
    }
  }

  private void tick() {
    Start start = running;
    if (start != null && !start.tickWaits) {
      start.tickWaits = true;
      start.loop.execute(
          () -> {
            start.tickWaits = false;
            start.replica.tick();
          });
    }
    world.after(ticksEveryNanos / 2 + laneRandom.nextLong(ticksEveryNanos), this::tick);
  }

  /** Stands still, while time goes on and messages pile up. */
  public void pause() {
    Start start = running;
    if (start != null && !paused) {
      paused = true;
      start.loop.pause();
      start.apply.pause();
      start.slow.pause();
      world.note("pause", id(), 0, 0);
    }
  }

  /** Goes on. */
  public void resume() {
    Start start = running;
    if (start != null && paused) {
      paused = false;
      start.loop.resume();
      start.apply.resume();
      start.slow.resume();
      world.note("resume", id(), 0, 0);
    }
  }

  /** How it behaves from now on. */
  public void behave(NodeHabits other) {
    habits = other;
  }

  /** Its clock runs at another rate from now on. */
  public void clockRate(double rate) {
    clock.rate(rate);
  }

  /** Its disk. */
  public NodeDisk disk() {
    return disk;
  }

  /** Does something with the replica on its loop; returns whether it runs. */
  public boolean onLoop(Consumer<Replica> task) {
    Start start = running;
    if (start == null) {
      return false;
    }
    start.loop.execute(() -> task.accept(start.replica));
    return true;
  }

  /**
   * Proposes a command, together with others that wait.
   *
   * @param done told on one of the node's lanes; never, if it crashes before
   * @return whether it runs
   */
  public boolean propose(byte[] command, BiConsumer<byte[], Throwable> done) {
    Start start = running;
    if (start == null) {
      return false;
    }
    CompletableFuture<byte[]> result = new CompletableFuture<>();
    listen(start, result, done);
    start.proposals.add(new Proposal(ByteBuffer.wrap(command).asReadOnlyBuffer(), result));
    if (start.proposals.size() == 1) {
      start.loop.execute(
          () -> {
            List<Proposal> all = List.copyOf(start.proposals);
            start.proposals.clear();
            start.replica.propose(all);
          });
    }
    return true;
  }

  /** The same for a read, linearizable. */
  public <T> boolean read(Function<StateMachine, T> lookup, BiConsumer<T, Throwable> done) {
    Start start = running;
    if (start == null) {
      return false;
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    listen(start, result, done);
    ReadTask<T> task = new ReadTask<>(() -> lookup.apply(start.machine.machine()), result);
    start.loop.execute(() -> start.replica.read(task));
    return true;
  }

  private <T> void listen(Start start, CompletableFuture<T> result, BiConsumer<T, Throwable> done) {
    CompletableFuture<T> unused =
        result.whenComplete(
            (value, failure) -> {
              if (running == start) {
                done.accept(value, failure);
              }
            });
  }

  @Override
  public void deliver(long from, Message message) {
    Start start = running;
    if (start != null && start.loop.waiting() < INBOX_MAX) {
      start.loop.execute(() -> start.replica.receive(from, message));
    }
  }

  @Override
  public void unreachable(long node) {
    onLoop(replica -> replica.unreachable(node));
  }

  @Override
  public @Nullable SnapshotSink snapshot(Message.InstallSnapshot install) {
    Start start = running;
    return start == null ? null : start.vault.incoming(install);
  }

  @Override
  public long starts() {
    return running == null ? -1 : starts;
  }

  @Override
  public long id() {
    return config.core().self();
  }

  @Override
  public boolean isUp() {
    return running != null;
  }

  @Override
  public Status status() {
    return status;
  }

  @Override
  public Status now() {
    return running == null ? status : running.replica.status();
  }

  @Override
  public StoredLog written() {
    return written;
  }

  @Override
  public DiskState promised() {
    return promised;
  }
}
