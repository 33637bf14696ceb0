package io.quorate.raft.replica;

import io.quorate.raft.RaftException;
import io.quorate.raft.core.Refusal;
import io.quorate.raft.core.Role;
import io.quorate.raft.core.RoleChange;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.membership.Membership;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who is to be told about what the core does with a proposal, a change of membership or a transfer:
 * the first two within the step that asks, and the latter two until they are over.
 */
final class Operations {
  /** Of the step that is being taken. */
  private @Nullable Consumer<EntryBatch> onAppend;

  private @Nullable Consumer<Refusal> onRefused;

  private @Nullable CompletableFuture<Membership> change;
  private long changeTerm;
  private long changeIndex;
  private boolean changeAgreed;

  private @Nullable CompletableFuture<Void> transfer;
  private @Nullable Consumer<Refusal> onTransferRefused;

  void proposing(Consumer<EntryBatch> appended, Consumer<Refusal> refused) {
    onAppend = appended;
    onRefused = refused;
  }

  void changing(CompletableFuture<Membership> result, Consumer<Refusal> refused) {
    onAppend =
        batch -> {
          change = result;
          changeTerm = batch.term();
          changeIndex = batch.firstIndex();
          changeAgreed = false;
        };
    onRefused = refused;
  }

  void transferring(CompletableFuture<Void> result, Consumer<Refusal> refused) {
    if (transfer != null) {
      transfer.completeExceptionally(new RaftException.Refused(Refusal.TRANSFERRING, 0));
    }
    transfer = result;
    onTransferRefused = refused;
    onRefused = this::transferRefused;
  }

  /** The batch a step asked for was appended; later ones of the step are the core's own. */
  void appended(EntryBatch batch) {
    Consumer<EntryBatch> told = onAppend;
    onAppend = null;
    if (told != null) {
      told.accept(batch);
    }
  }

  void refused(Refusal why) {
    Consumer<Refusal> told = onRefused;
    onRefused = null;
    if (told != null) {
      told.accept(why);
    } else {
      transferRefused(why);
    }
  }

  private void transferRefused(Refusal why) {
    Consumer<Refusal> told = onTransferRefused;
    onTransferRefused = null;
    transfer = null;
    if (told != null) {
      told.accept(why);
    }
  }

  void stepIsOver() {
    onAppend = null;
    onRefused = null;
  }

  void roleChanged(RoleChange now, long self) {
    if (transfer != null
        && now.role() != Role.LEADER
        && now.leader() != 0
        && now.leader() != self) {
      transfer.complete(null);
      transfer = null;
      onTransferRefused = null;
    }
  }

  /** A batch is agreed on, and a configuration with it or not. */
  void agreed(EntryBatch batch, @Nullable Membership membership) {
    if (change == null) {
      return;
    }
    if (!changeAgreed) {
      if (batch.firstIndex() == changeIndex && batch.term() == changeTerm) {
        changeAgreed = true;
      } else if (batch.term() > changeTerm) {
        change.completeExceptionally(new RaftException.Superseded(changeIndex));
        change = null;
        return;
      }
    }
    if (changeAgreed && membership != null && !membership.isJoint()) {
      change.complete(membership);
      change = null;
    }
  }

  void failAll(RaftException why) {
    if (change != null) {
      change.completeExceptionally(why);
      change = null;
    }
    if (transfer != null) {
      transfer.completeExceptionally(why);
      transfer = null;
      onTransferRefused = null;
    }
  }
}
