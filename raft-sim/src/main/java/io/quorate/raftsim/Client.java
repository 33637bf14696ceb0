package io.quorate.raftsim;

import io.quorate.raft.RaftException;
import io.quorate.raft.StateMachine;
import io.quorate.raft.core.Refusal;
import io.quorate.raftsim.node.SimNode;
import io.quorate.raftsim.world.World;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A client: one operation after the other, each at a node it takes for the leader, or at any. */
final class Client implements SimClient {
  private final World world;
  private final int id;
  private final List<SimNode> nodes;
  private final Workload workload;
  private final SplittableRandom random;
  private long patienceNanos;
  private final long thinkNanos;
  private final Runnable done;
  private boolean stopped;

  /** The operation that is under way; what is heard of an earlier one is not listened to. */
  private long operation;

  private long leader;

  Client(
      World world,
      int id,
      List<SimNode> nodes,
      Workload workload,
      long patienceNanos,
      long thinkNanos,
      Runnable done) {
    this.world = world;
    this.id = id;
    this.nodes = nodes;
    this.workload = workload;
    this.patienceNanos = patienceNanos;
    this.thinkNanos = thinkNanos;
    this.done = done;
    random = world.stream("client " + id);
  }

  void begin() {
    stopped = false;
    think();
  }

  /** Gives up sooner: a node that is no member never answers a read. */
  void patience(long nanos) {
    patienceNanos = nanos;
  }

  void stop() {
    stopped = true;
  }

  private void think() {
    world.after(
        (long) (-Math.log(1 - random.nextDouble()) * thinkNanos),
        () -> {
          if (!stopped) {
            workload.next(this);
          }
        });
  }

  @Override
  public int id() {
    return id;
  }

  @Override
  public SplittableRandom random() {
    return random;
  }

  @Override
  public long nowNanos() {
    return world.nowNanos();
  }

  private SimNode target() {
    for (SimNode node : nodes) {
      if (node.id() == leader && random.nextInt(8) != 0) {
        return node;
      }
    }
    return nodes.get(random.nextInt(nodes.size()));
  }

  @Override
  public void propose(byte[] command, Consumer<Outcome> then) {
    SimNode node = target();
    BiConsumer<byte[], Throwable> told = begin(then);
    if (!node.propose(command, told)) {
      told.accept(new byte[0], new RaftException.Refused(Refusal.NOT_LEADER, 0));
    }
  }

  @Override
  public void read(Function<StateMachine, byte[]> lookup, Consumer<Outcome> then) {
    SimNode node = random.nextBoolean() ? target() : nodes.get(random.nextInt(nodes.size()));
    BiConsumer<byte[], Throwable> told = begin(then);
    if (!node.read(lookup, told)) {
      told.accept(new byte[0], new RaftException.Refused(Refusal.NOT_LEADER, 0));
    }
  }

  private BiConsumer<byte[], Throwable> begin(Consumer<Outcome> then) {
    long mine = ++operation;
    world.after(patienceNanos, () -> end(mine, new Outcome.Unknown(), then));
    return (result, failure) -> {
      Outcome outcome = outcome(result, failure);
      world.after(1 + random.nextLong(1_000_000), () -> end(mine, outcome, then));
    };
  }

  private Outcome outcome(byte[] result, @Nullable Throwable failure) {
    if (failure == null) {
      return new Outcome.Done(result);
    }
    if (failure instanceof RaftException.Refused refused) {
      leader = refused.leader();
      return new Outcome.NotDone();
    }
    return failure instanceof RaftException.Superseded
        ? new Outcome.NotDone()
        : new Outcome.Unknown();
  }

  private void end(long mine, Outcome outcome, Consumer<Outcome> then) {
    if (mine != operation) {
      return;
    }
    operation++;
    if (outcome instanceof Outcome.Done) {
      done.run();
    } else if (outcome instanceof Outcome.Unknown) {
      leader = 0;
    }
    world.note("client", id, mine, outcome instanceof Outcome.Done ? 1 : 0);
    then.accept(outcome);
    think();
  }
}
