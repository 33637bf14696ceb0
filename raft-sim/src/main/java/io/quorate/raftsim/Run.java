package io.quorate.raftsim;

import io.quorate.raft.core.Role;
import io.quorate.raft.core.Status;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.membership.Membership;
import io.quorate.raftsim.disk.DiskHabits;
import io.quorate.raftsim.disk.ModelDisk;
import io.quorate.raftsim.disk.NodeDisk;
import io.quorate.raftsim.disk.WalDisk;
import io.quorate.raftsim.fault.Chaos;
import io.quorate.raftsim.fault.Faults;
import io.quorate.raftsim.invariant.Judge;
import io.quorate.raftsim.net.SimNetwork;
import io.quorate.raftsim.node.Counts;
import io.quorate.raftsim.node.SimNode;
import io.quorate.raftsim.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** One run, from the first start to the last look. */
final class Run {
  /** In election timeouts: how long a group without faults may take to come to rest. */
  private static final long REST_MAX = 60;

  private final RaftSimulation plan;
  private final World world;
  private final Judge judge;
  private final SimNetwork network;
  private final Counts counts = new Counts();
  private final List<SimNode> nodes = new ArrayList<>();
  private final List<Client> clients = new ArrayList<>();
  private final Chaos chaos;
  private final long electionNanos;
  private long operations;

  Run(RaftSimulation plan) {
    this.plan = plan;
    world = new World(plan.seed(), plan.reader());
    Shape shape = new Shape(world.stream("shape"));
    electionNanos = shape.electionNanos();
    Faults faults =
        plan.faults() != null
            ? plan.faults()
            : Faults.swarm(world.stream("faults"), electionNanos, shape.driftMax());
    judge = new Judge(world);
    network = new SimNetwork(world, faults.network());
    SnapshotMark beginning =
        SnapshotMark.beginning(Membership.of(LongStream.rangeClosed(1, plan.nodes()).toArray()));
    DiskHabits habits = plan.areDisksLying() ? faults.disk().lying() : faults.disk();
    for (long id = 1; id <= plan.nodes() + plan.spares(); id++) {
      SnapshotMark mark = id <= plan.nodes() ? beginning : SnapshotMark.beginning(Membership.NONE);
      nodes.add(
          new SimNode(
              world,
              network,
              judge,
              counts,
              shape.node(id),
              disk(id, mark, habits),
              mark,
              plan.machines(),
              faults.node()));
    }
    chaos = new Chaos(world, network, nodes, faults, electionNanos);
    SplittableRandom pace = world.stream("pace");
    for (int id = 0; id < plan.clients(); id++) {
      clients.add(
          new Client(
              world,
              id,
              nodes,
              plan.workload(),
              electionNanos * (1 + pace.nextInt(8)),
              1 + pace.nextLong(electionNanos / 4),
              () -> operations++));
    }
  }

  private NodeDisk disk(long id, SnapshotMark mark, DiskHabits habits) {
    return plan.hasRealStores()
        ? new WalDisk(world, id, mark, habits, () -> isWhole(id))
        : new ModelDisk(world, id, mark, habits);
  }

  /** Whether no node but this one may have lost what it had acknowledged. */
  private boolean isWhole(long self) {
    for (SimNode node : nodes) {
      if (node.id() != self && (node.status().inDoubt() || node.disk().inDoubt())) {
        return false;
      }
    }
    return true;
  }

  SimulationReport run() {
    world
        .trace()
        .say(
            0,
            () -> nodes.size() + " nodes, election timeout " + electionNanos / 1_000_000 + " ms");
    plan.workload().begin(what -> world.violate("workload", what));
    clients.forEach(Client::begin);
    chaos.begin();
    world.runUntil(plan.faultyNanos());
    rest();
    return new SimulationReport(
        plan.seed(),
        world.found().map(f -> new Violation(plan.seed(), f.invariant(), f.what(), f.atNanos())),
        world.trace().hash(),
        world.events(),
        counts.steps(),
        network.sent(),
        counts.elections(),
        counts.crashes(),
        judge.agreed().lastIndex(),
        counts.changes(),
        counts.installs(),
        counts.doubts(),
        operations,
        world.nowNanos());
  }

  /**
   * Without faults, and without anything new to agree on, the group comes to rest; then it works.
   */
  private void rest() {
    clients.forEach(Client::stop);
    world.note("calm", 0, 0, 0);
    chaos.end();
    String unrest = await(REST_MAX, this::unrest);
    if (unrest != null) {
      world.violate("comes-to-rest", unrest);
      return;
    }
    long before = operations;
    clients.getFirst().patience(electionNanos);
    clients.getFirst().begin();
    String idle = await(REST_MAX, () -> operations > before ? null : "no operation succeeds");
    if (idle != null) {
      world.violate("works-again", idle);
    }
  }

  private interface Question {
    @Nullable String ask();
  }

  /** Waits until a question has no answer any more, for so many election timeouts. */
  private @Nullable String await(long timeouts, Question question) {
    String answer = question.ask();
    for (long i = 0; i < timeouts && answer != null && world.found().isEmpty(); i++) {
      world.runUntil(world.nowNanos() + electionNanos);
      answer = question.ask();
    }
    return world.found().isPresent() ? null : answer;
  }

  private @Nullable String unrest() {
    SimNode leader = null;
    for (SimNode node : nodes) {
      if (node.isUp()
          && node.status().role() == Role.LEADER
          && (leader == null
              || node.status().hardState().term() > leader.status().hardState().term())) {
        leader = node;
      }
    }
    if (leader == null) {
      return "nobody leads";
    }
    Status best = leader.status();
    if (best.membership().isJoint()) {
      return "a transition is under way: " + best.membership();
    }
    for (SimNode node : nodes) {
      Status each = node.status();
      if (best.membership().members().contains(node.id())
          && (each.commitIndex() != best.lastIndex()
              || each.lastIndex() != best.lastIndex()
              || each.durableIndex() != best.lastIndex()
              || each.inDoubt()
              || each.leader() != leader.id())) {
        return "node %d is not like its leader: %s, leader %s".formatted(node.id(), each, best);
      }
    }
    return null;
  }
}
