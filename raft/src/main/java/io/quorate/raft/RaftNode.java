package io.quorate.raft;

import static java.util.Objects.requireNonNull;

import io.quorate.raft.core.Refusal;
import io.quorate.raft.core.RoleChange;
import io.quorate.raft.core.Status;
import io.quorate.raft.internal.Answers;
import io.quorate.raft.internal.GroupRunner;
import io.quorate.raft.membership.Membership;
import io.quorate.raft.membership.MembershipChange;
import io.quorate.raft.replica.Proposal;
import io.quorate.raft.replica.ReadTask;
import io.quorate.raft.replica.Replica;
import io.quorate.raft.trace.TraceSink;
import io.quorate.raft.transport.Transport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * One group on this node: what is proposed to it, read from it and asked of it.
 *
 * <p><b>Results.</b> A proposal that succeeds was applied here, after a quorum had it on disk.
 * {@link RaftException.Refused} and {@link RaftException.Superseded} mean that it was not applied
 * and never will be; {@link RaftException.Unknown} that this is not known. There is no time-out
 * here: a future that a caller no longer waits for is one whose outcome it does not know.
 *
 * <p><b>Threads.</b> All methods may be called by any thread, platform or virtual, and none blocks.
 * Futures complete on the state machine's thread: what is chained to them must be quick, or go
 * elsewhere.
 */
public final class RaftNode {
  private final int group;
  private final long self;
  private final boolean forwarding;
  private final GroupRunner runner;
  private final Transport transport;

  RaftNode(int group, long self, boolean forwarding, GroupRunner runner, Transport transport) {
    this.group = group;
    this.self = self;
    this.forwarding = forwarding;
    this.runner = runner;
    this.transport = transport;
  }

  /** The number of the group. */
  public int group() {
    return group;
  }

  /** This node. */
  public long self() {
    return self;
  }

  /** Who this node is at the moment, for all it knows. */
  public RoleChange role() {
    return runner.role();
  }

  /**
   * Proposes a command.
   *
   * @param command must not be changed any more
   * @return what {@link StateMachine#apply} returned for it; if this node does not lead and
   *     forwarding is on, at the leader
   */
  public CompletableFuture<byte[]> propose(byte[] command) {
    ByteBuffer bytes = ByteBuffer.wrap(command);
    CompletableFuture<byte[]> here = runner.propose(new Proposal(bytes, new CompletableFuture<>()));
    if (!forwarding) {
      return here;
    }
    return here.exceptionallyCompose(why -> forward(bytes, why));
  }

  /** Only what was refused because another node leads goes there: nothing is ever sent twice. */
  private CompletableFuture<byte[]> forward(ByteBuffer command, Throwable why) {
    Throwable cause = Forwarded.cause(why);
    if (cause instanceof RaftException.Refused refused
        && refused.why() == Refusal.NOT_LEADER
        && refused.leader() != 0
        && refused.leader() != self) {
      return transport
          .call(group, refused.leader(), command.slice())
          .handle(
              (answer, failure) -> {
                if (failure == null) {
                  return Answers.result(answer);
                }
                throw Forwarded.outcome(refused, failure);
              });
    }
    return CompletableFuture.failedFuture(cause);
  }

  /** Answers another node that has forwarded a proposal; it is not forwarded once more. */
  CompletableFuture<ByteBuffer> answer(ByteBuffer command) {
    return runner
        .propose(new Proposal(command, new CompletableFuture<>()))
        .handle(
            (result, why) ->
                why == null ? Answers.applied(result) : Answers.failed(Forwarded.cause(why)));
  }

  /**
   * Looks something up in the state machine, linearizably: it sees all that was agreed on before
   * this call, whichever node this is.
   *
   * @param lookup runs on the state machine's thread; must be quick and change nothing
   */
  public <T> CompletableFuture<T> read(Supplier<T> lookup) {
    CompletableFuture<T> result = new CompletableFuture<>();
    runner.read(new ReadTask<>(requireNonNull(lookup, "lookup"), result));
    return result;
  }

  /**
   * Looks something up in a state that, at a moment at most {@code maxAge} ago, had all that was
   * agreed on. At once if this node knows that of its state; else as {@link #read}, which renews
   * it.
   *
   * @param maxAge 0 or more; measured on this node's monotonic clock
   */
  public <T> CompletableFuture<T> staleRead(Duration maxAge, Supplier<T> lookup) {
    requireNonNull(lookup, "lookup");
    if (maxAge.isNegative()) {
      throw new IllegalArgumentException("maxAge: " + maxAge + " (expected: >= 0)");
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    runner.run(replica -> replica.staleRead(maxAge, new ReadTask<>(lookup, result)));
    return result;
  }

  /**
   * Changes who belongs to the group, all at once.
   *
   * @return the membership when the change is agreed on and over
   */
  public CompletableFuture<Membership> changeMembership(List<MembershipChange> changes) {
    List<MembershipChange> wanted = List.copyOf(changes);
    CompletableFuture<Membership> result = new CompletableFuture<>();
    runner.run(replica -> replica.changeMembership(wanted, result));
    return result;
  }

  /**
   * Hands leadership over.
   *
   * @param to whom; 0 for the voter that is furthest
   * @return done once this node knows of another leader
   */
  public CompletableFuture<Void> transferLeadership(long to) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    runner.run(replica -> replica.transfer(to, result));
    return result;
  }

  /** Takes a snapshot soon, whatever the configuration says. */
  public void snapshot() {
    runner.run(Replica::snapshotNow);
  }

  /**
   * Tells from now on what this node's core does, under the names of etcd's raft library. Slow: for
   * diagnosis.
   *
   * @param sink called on the consensus thread
   */
  public void trace(TraceSink sink) {
    requireNonNull(sink, "sink");
    runner.run(replica -> replica.trace(sink));
  }

  /** Where this node is, in detail. */
  public CompletableFuture<Status> status() {
    CompletableFuture<Status> result = new CompletableFuture<>();
    runner.run(replica -> result.complete(replica.status()));
    return result;
  }
}
