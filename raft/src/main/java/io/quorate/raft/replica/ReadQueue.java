package io.quorate.raft.replica;

import io.quorate.raft.RaftException;
import io.quorate.raft.core.Refusal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads on their way: gathered for a turn, confirmed by the core as one, run when enough is
 * applied.
 */
final class ReadQueue {
  private record Asked(long atNanos, List<ReadTask<?>> tasks) {}

  private record Ready(long index, long askedNanos, List<ReadTask<?>> tasks) {}

  private final int max;
  private final List<ReadTask<?>> gathered = new ArrayList<>();
  private final Map<Long, Asked> asked = new HashMap<>();
  private final Deque<Ready> ready = new ArrayDeque<>();
  private long lastRead;
  private int waiting;

  /** The state applied by now has all that was agreed on at this time. */
  private long freshAsOfNanos;

  private boolean everFresh;

  ReadQueue(int max) {
    this.max = max;
  }

  void gather(ReadTask<?> task, long leader) {
    if (waiting >= max) {
      task.result()
          .completeExceptionally(new RaftException.Refused(Refusal.TOO_MANY_READS, leader));
    } else {
      waiting++;
      gathered.add(task);
    }
  }

  /** The number to ask the core with for all that was gathered; 0 where nothing was. */
  long ask(long nowNanos) {
    if (gathered.isEmpty()) {
      return 0;
    }
    asked.put(++lastRead, new Asked(nowNanos, List.copyOf(gathered)));
    gathered.clear();
    return lastRead;
  }

  void confirmed(long read, long index) {
    Asked of = asked.remove(read);
    if (of != null) {
      ready.add(new Ready(index, of.atNanos, of.tasks));
    }
  }

  void refused(long read, RaftException why) {
    Asked of = asked.remove(read);
    if (of != null) {
      waiting -= of.tasks.size();
      of.tasks.forEach(task -> task.result().completeExceptionally(why));
    }
  }

  /** Those that may run once all up to {@code index} is applied. */
  List<ReadTask<?>> due(long index) {
    List<ReadTask<?>> due = List.of();
    // In the order of asking, so an index that is smaller than its neighbour's waits a moment more.
    while (!ready.isEmpty() && ready.peek().index <= index) {
      Ready first = ready.remove();
      if (due.isEmpty()) {
        due = new ArrayList<>();
      }
      due.addAll(first.tasks);
      waiting -= first.tasks.size();
      if (!everFresh || first.askedNanos - freshAsOfNanos > 0) {
        freshAsOfNanos = first.askedNanos;
        everFresh = true;
      }
    }
    return due;
  }

  /** Whether the state, with all that was handed to it, is at most this old. */
  boolean isFresh(Duration maxAge, long nowNanos) {
    return everFresh && nowNanos - freshAsOfNanos <= maxAge.toNanos();
  }

  void failAll(RaftException why) {
    List<ReadTask<?>> all = new ArrayList<>(gathered);
    asked.values().forEach(each -> all.addAll(each.tasks));
    ready.forEach(each -> all.addAll(each.tasks));
    gathered.clear();
    asked.clear();
    ready.clear();
    waiting = 0;
    all.forEach(task -> task.result().completeExceptionally(why));
  }
}
