package io.quorate.core.wal;

import java.io.IOException;
import java.util.concurrent.atomic.LongAdder;

/**
 * Takes batches from the queue to the disk. A batch is whatever was queued while the one before was
 * being forced; what is acknowledged is the position captured before the force, never a later one.
 * The first error ends it: nothing is retried.
 */
final class WalWriter {
  private final AppendQueue queue;
  private final SegmentStore store;
  private final DurableGate gate;
  private final Runnable prepareSpare;
  private final LongAdder forces = new LongAdder();

  WalWriter(AppendQueue queue, SegmentStore store, DurableGate gate, Runnable prepareSpare) {
    this.queue = queue;
    this.store = store;
    this.gate = gate;
    this.prepareSpare = prepareSpare;
  }

  /** How many times the disk was forced for records. */
  long forces() {
    return forces.sum();
  }

  /** Works until the queue is closed and empty. */
  void run() {
    try {
      for (Batch batch = queue.awaitBatch(); batch != null; batch = queue.awaitBatch()) {
        work(batch);
      }
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  /** Does what is due now. */
  void pump() {
    for (Batch batch = queue.pollBatch(); batch != null; batch = queue.pollBatch()) {
      work(batch);
    }
  }

  private void work(Batch batch) {
    try {
      write(batch);
      queue.recycle(batch);
    } catch (IOException | RuntimeException | Error e) {
      fail(e);
    }
  }

  /** Nobody must wait for a writer that is gone. */
  private void fail(Throwable cause) {
    try {
      gate.fail(cause);
    } finally {
      queue.fail();
    }
  }

  private void write(Batch batch) throws IOException {
    long position = batch.start();
    int from = 0;
    for (Batch.Roll roll : batch.rolls()) {
      write(batch, from, roll.at(), position);
      position += roll.at() - from;
      from = roll.at();
      store.activate(roll.segment());
      prepareSpare.run();
    }
    write(batch, from, batch.used(), position);
  }

  private void write(Batch batch, int from, int to, long position) throws IOException {
    if (from < to) {
      store.write(batch.bytes().slice(from, to - from), position);
      store.force();
      forces.increment();
      gate.advance(position + to - from);
    }
  }
}
