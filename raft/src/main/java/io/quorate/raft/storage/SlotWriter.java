package io.quorate.raft.storage;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes a group's state to its slots in the background. States that come while one is being
 * written wait for each other: only the last one is written, and stands for those before.
 */
final class SlotWriter {
  private record Pending(long sequence, GroupState state) {}

  private final HardStateSlots slots;
  private final Background background;
  private final LongSupplier provenPosition;
  private final Runnable changed;
  private final Consumer<Throwable> failed;
  private final AtomicReference<@Nullable Pending> pending = new AtomicReference<>();

  /** The last sequence asked for; the group's thread's alone. */
  private long asked;

  private volatile long durable;

  SlotWriter(
      HardStateSlots slots,
      Background background,
      LongSupplier provenPosition,
      Runnable changed,
      Consumer<Throwable> failed) {
    this.slots = slots;
    this.background = background;
    this.provenPosition = provenPosition;
    this.changed = changed;
    this.failed = failed;
    asked = slots.sequence();
    durable = asked;
  }

  /**
   * Writes a state now, and once more if only one slot can be read; durable on return.
   *
   * @throws IOException the disk failed
   */
  void writeNow(GroupState state) throws IOException {
    do {
      asked++;
      slots.write(asked, state, provenPosition.getAsLong());
    } while (!slots.isComplete());
    durable = asked;
  }

  /** Asks for a state to be written. */
  void write(GroupState state) {
    asked++;
    if (pending.getAndSet(new Pending(asked, state)) == null) {
      background.execute(this::writePending);
    }
  }

  private void writePending() {
    Pending next = pending.getAndSet(null);
    if (next == null) {
      return;
    }
    try {
      slots.write(next.sequence, next.state, provenPosition.getAsLong());
      durable = next.sequence;
    } catch (IOException | RuntimeException | Error e) {
      failed.accept(e);
    }
    changed.run();
  }

  /** The sequence of the last state asked for. */
  long asked() {
    return asked;
  }

  /** Up to this sequence, what was asked for is durable. Any thread. */
  long durable() {
    return durable;
  }
}
