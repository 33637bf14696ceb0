package io.quorate.raft.replica;

import io.quorate.raft.RaftException;
import io.quorate.raft.StateMachine;
import io.quorate.raft.codec.CommandList;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.Payload;
import io.quorate.raft.log.SnapshotMark;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The state machine's side of a replica: what is handed over is done in order on its lane. */
final class Applying {

  /**
   * A batch to apply.
   *
   * @param waiting who waits for the results, in order; null for nobody
   */
  record Work(EntryBatch batch, @Nullable List<Proposal> waiting) {}

  private static final Logger LOG = LoggerFactory.getLogger(Applying.class);

  private final StateMachine machine;
  private final Lanes lanes;
  private final long bytesMax;

  /** Called on the loop lane. */
  private final Runnable pump;

  /** Called on the loop lane. */
  private final Consumer<Throwable> broken;

  private final AtomicLong outstandingBytes = new AtomicLong();
  private final AtomicBoolean wanted = new AtomicBoolean();

  /** The latest snapshot to restore from that was handed over. */
  private final AtomicLong restoreIndex = new AtomicLong();

  /** On the state machine's lane: it has failed, and is not touched any more. */
  private boolean failed;

  /** On that lane: the state is out of date, and a snapshot that is on its way replaces it. */
  private boolean skipping;

  /** On that lane: reads that wait for that snapshot. */
  private final List<ReadTask<?>> held = new ArrayList<>();

  Applying(
      StateMachine machine, Lanes lanes, long bytesMax, Runnable pump, Consumer<Throwable> broken) {
    this.machine = machine;
    this.lanes = lanes;
    this.bytesMax = bytesMax;
    this.pump = pump;
    this.broken = broken;
  }

  /** Whether more may be handed over; if not, {@code pump} is called once it may. */
  boolean hasRoom() {
    if (outstandingBytes.get() < bytesMax) {
      return true;
    }
    wanted.set(true);
    // The last of it may have been done between the two looks, and found nobody waiting.
    return outstandingBytes.get() < bytesMax && wanted.compareAndSet(true, false);
  }

  void apply(List<Work> works, long bytes) {
    outstandingBytes.addAndGet(bytes);
    lanes
        .apply()
        .execute(
            () -> {
              if (!skipping) {
                guarded(() -> works.forEach(this::applyOne));
              }
              if (failed || skipping) {
                String what =
                    failed
                        ? "the state machine failed while it was applied"
                        : "this node got a snapshot that takes its place";
                works.forEach(work -> giveUp(work, what));
              }
              outstandingBytes.addAndGet(-bytes);
              if (wanted.get() && wanted.compareAndSet(true, false)) {
                lanes.loop().execute(pump);
              }
            });
  }

  private void applyOne(Work work) {
    if (!(work.batch.payload() instanceof Payload.Commands commands)) {
      return;
    }
    long index = work.batch.firstIndex();
    int at = 0;
    for (ByteBuffer command : CommandList.unpack(commands)) {
      byte[] result = machine.apply(index++, command);
      if (work.waiting != null) {
        work.waiting.get(at++).result().complete(result);
      }
    }
  }

  /** Tells who waits for what is not applied here. */
  static void giveUp(Work work, String what) {
    if (work.waiting != null) {
      RaftException why = new RaftException.Unknown(what, null);
      work.waiting.forEach(proposal -> proposal.result().completeExceptionally(why));
    }
  }

  void read(List<ReadTask<?>> tasks) {
    lanes
        .apply()
        .execute(
            () -> {
              if (failed) {
                refuse(tasks);
              } else if (skipping) {
                held.addAll(tasks);
              } else {
                tasks.forEach(ReadTask::run);
              }
            });
  }

  private static void refuse(List<ReadTask<?>> tasks) {
    RaftException why = new RaftException.Stopped("the state machine failed", null);
    tasks.forEach(task -> task.result().completeExceptionally(why));
  }

  /**
   * Replaces the state. Where yet another snapshot is on its way already, this one may be gone:
   * then it is passed over, and with it all that was to be done upon it.
   */
  void restore(SnapshotMark mark, SnapshotVault vault) {
    restoreIndex.set(mark.index());
    lanes.apply().execute(() -> guarded(() -> restoreNow(mark, vault)));
  }

  private void restoreNow(SnapshotMark mark, SnapshotVault vault) throws IOException {
    try (InputStream in = vault.open(mark)) {
      machine.restore(in);
    } catch (IOException e) {
      if (restoreIndex.get() == mark.index()) {
        throw e;
      }
      skipping = true;
      return;
    }
    skipping = false;
    held.forEach(ReadTask::run);
    held.clear();
  }

  /** Takes a snapshot of the state as of all that was handed over before this call. */
  void snapshot(SnapshotMark mark, SnapshotVault vault, Consumer<Boolean> done) {
    lanes.apply().execute(() -> guarded(() -> snapshotNow(mark, vault, done)));
  }

  private void snapshotNow(SnapshotMark mark, SnapshotVault vault, Consumer<Boolean> done) {
    if (skipping) {
      lanes.loop().execute(() -> done.accept(false));
      return;
    }
    StateMachine.View view = machine.snapshot();
    lanes.slow().execute(() -> save(mark, vault, view, done));
  }

  private void save(
      SnapshotMark mark, SnapshotVault vault, StateMachine.View view, Consumer<Boolean> done) {
    boolean saved = false;
    try (view) {
      vault.save(mark, view);
      saved = true;
    } catch (IOException | RuntimeException e) {
      // What was there before is still there, and the next one will be tried in time.
      LOG.warn("raft.snapshot.failed index={} cause={}", mark.index(), e.toString());
    }
    boolean told = saved;
    lanes.loop().execute(() -> done.accept(told));
  }

  /** A state machine that threw is not asked again: its state may be anything. */
  private void guarded(Body body) {
    if (failed) {
      return;
    }
    try {
      body.run();
    } catch (IOException | RuntimeException | Error e) {
      failed = true;
      refuse(held);
      held.clear();
      lanes.loop().execute(() -> broken.accept(e));
    }
  }

  @FunctionalInterface
  private interface Body {
    void run() throws IOException;
  }
}
