package io.quorate.raft.replica;

import io.quorate.raft.core.Effects;
import io.quorate.raft.core.HardState;
import io.quorate.raft.core.Input;
import io.quorate.raft.core.Message;
import io.quorate.raft.core.RaftCore;
import io.quorate.raft.core.Refusal;
import io.quorate.raft.core.RoleChange;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.transport.Transport;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Does what the core wants done. */
final class ReplicaEffects implements Effects {
  private final Replica replica;
  private final int group;
  private final RaftCore core;
  private final ReplicaStore store;
  private final SnapshotVault vault;
  private final Transport transport;
  private final Lanes lanes;

  ReplicaEffects(
      Replica replica,
      int group,
      RaftCore core,
      ReplicaStore store,
      SnapshotVault vault,
      Transport transport,
      Lanes lanes) {
    this.replica = replica;
    this.group = group;
    this.core = core;
    this.store = store;
    this.vault = vault;
    this.transport = transport;
    this.lanes = lanes;
  }

  @Override
  public void hardState(long write, HardState state) {
    store.hardState(write, state);
    replica.wrote();
  }

  @Override
  public void append(long write, EntryBatch batch) {
    store.append(write, batch);
    replica.wrote();
    replica.appended(batch);
  }

  @Override
  public void truncate(long write, long firstIndex) {
    store.truncate(write, firstIndex);
    replica.wrote();
  }

  @Override
  public void installSnapshot(long write, SnapshotMark mark) {
    store.installSnapshot(write, mark);
    replica.wrote();
    replica.restoreFrom(mark);
  }

  @Override
  public void send(long to, Message message) {
    transport.send(group, to, message);
  }

  @Override
  public void sendAppend(
      long to,
      long term,
      long previousIndex,
      long previousTerm,
      long lastIndex,
      long commitIndex,
      long boot) {
    load(
        previousIndex + 1,
        lastIndex,
        batches -> {
          // A leader never drops entries in its own term, so what was read is what was meant.
          if (core.isLeader() && core.term() == term) {
            transport.send(
                group,
                to,
                new Message.Append(term, previousIndex, previousTerm, batches, commitIndex, boot));
          }
        },
        gone -> replica.step(new Input.Unreachable(to)));
  }

  /** Gets entries: at once if they are at hand, else from the disk, coming back to the loop. */
  void load(
      long first, long last, Consumer<List<EntryBatch>> loaded, Consumer<IOException> failed) {
    if (first > last) {
      loaded.accept(List.of());
      return;
    }
    ReplicaStore.Entries entries = store.range(first, last);
    if (entries.isAtHand()) {
      try {
        loaded.accept(entries.read());
      } catch (IOException e) {
        lanes.loop().execute(() -> failed.accept(e));
      }
      return;
    }
    lanes
        .slow()
        .execute(
            () -> {
              try {
                List<EntryBatch> batches = entries.read();
                lanes.loop().execute(() -> loaded.accept(batches));
              } catch (IOException e) {
                lanes.loop().execute(() -> failed.accept(e));
              }
            });
  }

  @Override
  public void sendSnapshot(long to, long term, long minimumIndex, long boot) {
    lanes
        .slow()
        .execute(
            () -> {
              try {
                SnapshotVault.Outgoing outgoing = vault.outgoing(minimumIndex);
                var unused =
                    transport
                        .sendSnapshot(
                            group,
                            to,
                            new Message.InstallSnapshot(term, outgoing.mark(), boot),
                            outgoing.bytes())
                        .thenAccept(delivered -> snapshotSent(to, delivered));
              } catch (IOException e) {
                snapshotSent(to, false);
              }
            });
  }

  private void snapshotSent(long to, boolean delivered) {
    lanes.loop().execute(() -> replica.step(new Input.SnapshotSent(to, delivered)));
  }

  @Override
  public void apply(long index) {
    replica.applyTo(index);
  }

  @Override
  public void readReady(long read, long index) {
    replica.readReady(read, index);
  }

  @Override
  public void readRefused(long read, Refusal why) {
    replica.readRefused(read, why);
  }

  @Override
  public void refused(Refusal why) {
    replica.refused(why);
  }

  @Override
  public void compact(long index) {
    store.compact(index);
  }

  @Override
  public void doubtOver(long write) {
    store.doubtOver(write);
    replica.wrote();
  }

  @Override
  public void role(RoleChange change) {
    replica.roleChanged(change);
  }
}
