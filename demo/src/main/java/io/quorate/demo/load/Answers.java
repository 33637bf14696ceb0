package io.quorate.demo.load;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What all clients were told. Thread-safe. */
public final class Answers {
  private final ReentrantLock guard = new ReentrantLock();
  private final Condition more = guard.newCondition();
  private final Map<String, Answer> byOrder = new TreeMap<>();
  private final Set<String> contradicted = new TreeSet<>();
  private int repeated;

  /** Keeps an answer; of several about one order the first, and whether all say the same. */
  public void add(Answer answer) {
    guard.lock();
    try {
      Answer first = byOrder.putIfAbsent(answer.order().getId(), answer);
      if (first == null) {
        more.signalAll();
      } else {
        repeated++;
        if (first.result() != answer.result() || !first.why().equals(answer.why())) {
          contradicted.add(answer.order().getId());
        }
      }
    } finally {
      guard.unlock();
    }
  }

  /** How many orders have an answer. */
  public int count() {
    guard.lock();
    try {
      return byOrder.size();
    } finally {
      guard.unlock();
    }
  }

  /** Waits until {@code count} orders have an answer, or time is up; says how many have. */
  public int await(int count, Duration patience) throws InterruptedException {
    guard.lock();
    try {
      long left = patience.toNanos();
      while (byOrder.size() < count && left > 0) {
        left = more.awaitNanos(left);
      }
      return byOrder.size();
    } finally {
      guard.unlock();
    }
  }

  /** All answers, by order. */
  public Map<String, Answer> all() {
    guard.lock();
    try {
      return Map.copyOf(byOrder);
    } finally {
      guard.unlock();
    }
  }

  /** Orders about which two answers differ. */
  public Set<String> contradicted() {
    guard.lock();
    try {
      return Set.copyOf(contradicted);
    } finally {
      guard.unlock();
    }
  }

  /** How many answers were given again to an order placed again. */
  public int repeated() {
    guard.lock();
    try {
      return repeated;
    } finally {
      guard.unlock();
    }
  }
}
