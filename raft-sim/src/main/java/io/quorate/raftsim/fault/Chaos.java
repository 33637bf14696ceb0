package io.quorate.raftsim.fault;

import io.quorate.raft.core.Role;
import io.quorate.raft.membership.Membership;
import io.quorate.raft.membership.MembershipChange;
import io.quorate.raft.quorum.NodeIds;
import io.quorate.raftsim.disk.DiskHabits;
import io.quorate.raftsim.net.NetworkHabits;
import io.quorate.raftsim.net.SimNetwork;
import io.quorate.raftsim.node.NodeHabits;
import io.quorate.raftsim.node.SimNode;
import io.quorate.raftsim.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Makes things go wrong, until it is told to stop; then everything is whole again. */
public final class Chaos {
  private static final long SECOND = 1_000_000_000;

  /** How many voters a change leaves at least: a damaged node has no vote, and the others do. */
  private static final int VOTERS_MIN = 3;

  private final World world;
  private final SimNetwork network;
  private final List<SimNode> nodes;
  private final Faults faults;
  private final long electionNanos;
  private boolean over;

  /**
   * Chaos that has not begun.
   *
   * @param electionNanos what is long for the group
   */
  public Chaos(
      World world, SimNetwork network, List<SimNode> nodes, Faults faults, long electionNanos) {
    this.world = world;
    this.network = network;
    this.nodes = nodes;
    this.faults = faults;
    this.electionNanos = electionNanos;
  }

  /** Begins. */
  public void begin() {
    again("partition", faults.partitions(), this::partition);
    again("crash", faults.crashes(), random -> pick(random).crash());
    again("pause", faults.pauses(), this::pause);
    again("stall", faults.stalls(), this::stall);
    again("churn", faults.churn(), this::churn);
    again("transfer", faults.transfers(), this::transfer);
    SplittableRandom drift = world.stream("drift");
    if (faults.drift() > 0) {
      nodes.forEach(node -> node.clockRate(1 + drift.nextDouble() * faults.drift()));
      again("drift", 1, random -> pick(random).clockRate(1 + random.nextDouble() * faults.drift()));
    }
    again("restart", 5 * SECOND / (double) electionNanos, this::restart);
  }

  private interface Fault {
    void strike(SplittableRandom random);
  }

  private void again(String name, double perSecond, Fault fault) {
    if (perSecond > 0) {
      next(world.stream("chaos " + name), (long) (SECOND / perSecond), fault);
    }
  }

  private void next(SplittableRandom random, long meanNanos, Fault fault) {
    long wait = (long) (-Math.log(1 - random.nextDouble()) * meanNanos);
    world.after(
        wait,
        () -> {
          if (!over) {
            fault.strike(random);
            next(random, meanNanos, fault);
          }
        });
  }

  private SimNode pick(SplittableRandom random) {
    SimNode leader = leader();
    return leader != null && random.nextInt(3) == 0
        ? leader
        : nodes.get(random.nextInt(nodes.size()));
  }

  /** A node that leads the latest term, as far as anybody knows. */
  private @Nullable SimNode leader() {
    SimNode best = null;
    for (SimNode node : nodes) {
      if (node.isUp()
          && node.status().role() == Role.LEADER
          && (best == null
              || node.status().hardState().term() > best.status().hardState().term())) {
        best = node;
      }
    }
    return best;
  }

  private long howLong(SplittableRandom random) {
    return (long) (-Math.log(1 - random.nextDouble()) * 2 * electionNanos);
  }

  private void partition(SplittableRandom random) {
    boolean oneWay = random.nextInt(3) == 0;
    SimNode leader = leader();
    long side = random.nextLong();
    if (random.nextInt(3) == 0 && leader != null) {
      side = 1L << leader.id();
    }
    for (SimNode from : nodes) {
      for (SimNode to : nodes) {
        boolean left = (side >>> from.id() & 1) == 0;
        boolean right = (side >>> to.id() & 1) == 0;
        if (left != right && (left || !oneWay)) {
          network.links().cut(from.id(), to.id());
        }
      }
    }
    world.note("partition", side & 0xFFFF, oneWay ? 1 : 0, 0);
    world.after(howLong(random), network.links()::heal);
  }

  private void pause(SplittableRandom random) {
    SimNode node = pick(random);
    node.pause();
    world.after(howLong(random), node::resume);
  }

  private void stall(SplittableRandom random) {
    SimNode node = pick(random);
    node.disk().stallUntil(world.nowNanos() + 3 * howLong(random));
    world.note("stall", node.id(), 0, 0);
  }

  private void restart(SplittableRandom random) {
    for (SimNode node : nodes) {
      if (!node.isUp() && random.nextBoolean()) {
        if (random.nextDouble() < faults.rot() && node.disk().canRot() && mayRot(node)) {
          node.disk().rot();
        }
        node.start();
      }
    }
  }

  /** One damaged node at a time, of three voters or more: what the group has to stand. */
  private boolean mayRot(SimNode node) {
    for (SimNode each : nodes) {
      boolean damaged = each.status().inDoubt() || each.disk().inDoubt();
      if (each != node && damaged) {
        return false;
      }
    }
    return true;
  }

  private void transfer(SplittableRandom random) {
    SimNode leader = leader();
    if (leader != null) {
      long to = random.nextInt(4) == 0 ? 0 : nodes.get(random.nextInt(nodes.size())).id();
      world.note("transfer", leader.id(), to, 0);
      leader.onLoop(replica -> replica.transfer(to, new CompletableFuture<>()));
    }
  }

  private void churn(SplittableRandom random) {
    SimNode leader = leader();
    if (leader == null) {
      return;
    }
    Membership now = leader.status().membership();
    List<MembershipChange> changes = new ArrayList<>();
    int many = 1 + random.nextInt(2);
    for (int i = 0; i < many; i++) {
      long node = nodes.get(random.nextInt(nodes.size())).id();
      changes.add(
          switch (random.nextInt(5)) {
            case 0 -> new MembershipChange.AddVoter(node);
            case 1 -> new MembershipChange.AddLearner(node);
            case 2 -> new MembershipChange.Remove(node);
            default -> new MembershipChange.Join(node);
          });
    }
    NodeIds voters = now.voters();
    for (MembershipChange change : changes) {
      boolean stays =
          change instanceof MembershipChange.AddVoter
              || (change instanceof MembershipChange.Join && voters.contains(change.node()));
      voters = stays ? voters.with(change.node()) : voters.without(change.node());
    }
    if (voters.size() >= VOTERS_MIN) {
      world.note("churn", leader.id(), changes.size(), changes.getFirst().node());
      leader.onLoop(replica -> replica.changeMembership(changes, new CompletableFuture<>()));
    }
  }

  /** Everything works from now on: links, disks, lanes; who is down or stands still goes on. */
  public void end() {
    over = true;
    network.links().heal();
    network.behave(NetworkHabits.calm());
    for (SimNode node : nodes) {
      node.behave(NodeHabits.calm());
      node.disk().behave(DiskHabits.calm());
      node.disk().stallUntil(0);
      node.clockRate(1);
      node.resume();
      node.start();
    }
  }
}
