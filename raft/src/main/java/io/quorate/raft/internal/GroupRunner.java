package io.quorate.raft.internal;

import static java.util.Objects.requireNonNull;

import io.quorate.raft.RaftException;
import io.quorate.raft.core.Message;
import io.quorate.raft.core.Refusal;
import io.quorate.raft.core.Role;
import io.quorate.raft.core.RoleChange;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.replica.Proposal;
import io.quorate.raft.replica.ReadTask;
import io.quorate.raft.replica.Replica;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One group's replica on a server's loop: takes in, from any thread and within bounds, what is to
 * be done, and has it done on the loop, all that waits in one turn.
 */
public final class GroupRunner {
  private static final RoleChange NOT_YET = new RoleChange(Role.FOLLOWER, 0, 0);

  private final Lane loop;
  private final long inboxBytesMax;
  private final long proposalBytesMax;
  private final Queue<Proposal> proposals = new ConcurrentLinkedQueue<>();
  private final AtomicLong proposalBytes = new AtomicLong();
  private final AtomicBoolean proposalsAsked = new AtomicBoolean();
  private final AtomicLong inboxBytes = new AtomicLong();
  private volatile RoleChange role = NOT_YET;

  /** Whether anything happened to the replica in this turn; the loop's own. */
  private boolean stirred;

  private @Nullable Replica replica;

  /** A runner whose replica is {@link #start}ed later. */
  public GroupRunner(Lane loop, long inboxBytesMax, long proposalBytesMax) {
    this.loop = requireNonNull(loop, "loop");
    this.inboxBytesMax = inboxBytesMax;
    this.proposalBytesMax = proposalBytesMax;
  }

  /** The loop, as the replica sees it: what runs there counts as something that happened. */
  public Executor lane() {
    return task ->
        loop.execute(
            () -> {
              stirred = true;
              task.run();
            });
  }

  /** Begins; on the loop. */
  public void start(Replica itsReplica) {
    replica = itsReplica;
    stirred = true;
  }

  /** Who this node is; any thread. */
  public RoleChange role() {
    return role;
  }

  /** Told by the replica; on the loop. */
  public void roleChanged(RoleChange change) {
    role = change;
  }

  /** Proposes a command; any thread. */
  public CompletableFuture<byte[]> propose(Proposal proposal) {
    int bytes = proposal.command().remaining() + EntryBatch.OVERHEAD_BYTES;
    if (proposalBytes.get() > 0 && proposalBytes.get() + bytes > proposalBytesMax) {
      proposal
          .result()
          .completeExceptionally(
              new RaftException.Refused(Refusal.TOO_MUCH_UNCOMMITTED, role.leader()));
      return proposal.result();
    }
    proposalBytes.addAndGet(bytes);
    proposals.add(proposal);
    if (proposalsAsked.compareAndSet(false, true)) {
      lane().execute(this::proposeAll);
    }
    return proposal.result();
  }

  private void proposeAll() {
    proposalsAsked.set(false);
    List<Proposal> all = new ArrayList<>();
    long bytes = 0;
    for (Proposal each = proposals.poll(); each != null; each = proposals.poll()) {
      bytes += each.command().remaining() + EntryBatch.OVERHEAD_BYTES;
      all.add(each);
    }
    if (!all.isEmpty()) {
      proposalBytes.addAndGet(-bytes);
      replica().propose(all);
    }
  }

  /** Takes in a message, if there is room for it; any thread. */
  public boolean receive(long from, Message message) {
    long bytes = bytes(message);
    if (inboxBytes.get() > 0 && inboxBytes.get() + bytes > inboxBytesMax) {
      return false;
    }
    inboxBytes.addAndGet(bytes);
    lane()
        .execute(
            () -> {
              inboxBytes.addAndGet(-bytes);
              replica().receive(from, message);
            });
    return true;
  }

  private static long bytes(Message message) {
    long bytes = 64;
    if (message instanceof Message.Append append) {
      for (EntryBatch batch : append.batches()) {
        bytes += batch.sizeBytes();
      }
    }
    return bytes;
  }

  /** Reads; any thread. */
  public void read(ReadTask<?> task) {
    run(r -> r.read(task));
  }

  /** Does something with the replica, on the loop; any thread. */
  public void run(Consumer<Replica> task) {
    lane().execute(() -> task.accept(replica()));
  }

  /** A tick; on the loop. */
  public void tick() {
    if (replica != null) {
      stirred = true;
      replica.tick();
    }
  }

  /** The end of a turn; on the loop. */
  public void endTurn() {
    if (stirred && replica != null) {
      stirred = false;
      replica.endTurn();
    }
  }

  private Replica replica() {
    return requireNonNull(replica, "replica");
  }
}
