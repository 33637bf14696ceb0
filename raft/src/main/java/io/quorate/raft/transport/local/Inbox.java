package io.quorate.raft.transport.local;

import io.quorate.raft.codec.MessageCodec;
import io.quorate.raft.core.Message;
import io.quorate.raft.transport.Traffic;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one node: tasks, then what is urgent, then entries, link by link. Bounded in bytes
 * for each link and kind. Filled by any thread, emptied by one.
 */
final class Inbox {
  /** How long a link rests when there was no room for what it brings. */
  private static final long REST_NANOS = 1_000_000;

  /** What waits: a message, or a task if {@code message} is {@code null}. */
  record Waiting(long from, int group, @Nullable Message message, int bytes, Runnable task) {}

  private static final class Lane {
    final Deque<Waiting> waiting = new ArrayDeque<>();
    long bytes;
    boolean rests;
  }

  private final int bytesMax;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // All below is guarded by the lock.
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final Map<Long, Lane> control = new LinkedHashMap<>();
  private final Map<Long, Lane> entries = new LinkedHashMap<>();
  private boolean closed;

  Inbox(int bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** The links of a message's kind. */
  private Map<Long, Lane> links(Message message) {
    return switch (Traffic.of(message)) {
      case CONTROL -> control;
      case ENTRIES -> entries;
    };
  }

  /** What became of a message. */
  enum Outcome {
    /** It is the first one that waits. */
    FIRST,
    /** Others wait before it. */
    WAITS,
    /** It is lost. */
    NO_ROOM
  }

  Outcome put(long from, int group, Message message) {
    int bytes = MessageCodec.encodedBytes(message);
    lock.lock();
    try {
      Lane lane = links(message).computeIfAbsent(from, sender -> new Lane());
      if (closed || lane.bytes + bytes > bytesMax) {
        return Outcome.NO_ROOM;
      }
      lane.bytes += bytes;
      lane.waiting.add(new Waiting(from, group, message, bytes, () -> {}));
      changed.signal();
      return lane.waiting.size() == 1 ? Outcome.FIRST : Outcome.WAITS;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the task will run. */
  boolean put(Runnable task) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      tasks.add(task);
      changed.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** What comes next, which stays accounted for until it is {@link #done}; waits for it. */
  @Nullable Waiting take() throws InterruptedException {
    lock.lock();
    try {
      while (!closed) {
        Waiting next = poll();
        if (next != null) {
          return next;
        }
        boolean urgentRested = wakeAll(control);
        boolean entriesRested = wakeAll(entries);
        if (urgentRested || entriesRested) {
          // If something comes meanwhile, those who rest are awake early: no harm done.
          var unused = changed.awaitNanos(REST_NANOS);
        } else {
          changed.await();
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Waiting poll() {
    Runnable task = tasks.poll();
    if (task != null) {
      return new Waiting(0, 0, null, 0, task);
    }
    Waiting urgent = poll(control);
    return urgent == null ? poll(entries) : urgent;
  }

  private static @Nullable Waiting poll(Map<Long, Lane> links) {
    for (Map.Entry<Long, Lane> entry : links.entrySet()) {
      Lane lane = entry.getValue();
      if (!lane.rests && !lane.waiting.isEmpty()) {
        // Behind all others, so that each link gets its turn.
        links.remove(entry.getKey());
        links.put(entry.getKey(), lane);
        return lane.waiting.peek();
      }
    }
    return null;
  }

  /** Whether there were any that rested. */
  private static boolean wakeAll(Map<Long, Lane> kind) {
    boolean any = false;
    for (Lane lane : kind.values()) {
      any |= lane.rests;
      lane.rests = false;
    }
    return any;
  }

  /** A message was handed over, or is lost. */
  void done(Waiting waiting) {
    settle(waiting, true);
  }

  /** There was no room for a message: it stays the first of its link, which rests a while. */
  void rest(Waiting waiting) {
    settle(waiting, false);
  }

  private void settle(Waiting waiting, boolean gone) {
    Message message = waiting.message;
    lock.lock();
    try {
      Lane lane = message == null ? null : links(message).get(waiting.from);
      if (lane == null) {
        return;
      }
      lane.rests = !gone;
      if (gone) {
        lane.waiting.remove();
        lane.bytes -= waiting.bytes;
      }
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      tasks.clear();
      control.clear();
      entries.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
