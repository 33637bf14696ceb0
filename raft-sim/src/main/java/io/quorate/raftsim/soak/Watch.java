package io.quorate.raftsim.soak;

import io.quorate.core.time.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every node ten times a second: who leads, and whether all have applied the same.
 *
 * <p>Two leaders of one term, and two digests at one index, are findings.
 */
final class Watch implements AutoCloseable {
  private static final int EVERY_MILLIS = 100;
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private record Seen(
      boolean leads, long term, long leader, long index, String digest, long askedNanos) {}

  private final int nodes;
  private final LongToIntFunction ports;
  private final Ticker ticker;
  private final Findings findings;
  private final Map<Long, Seen> latest = new ConcurrentHashMap<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();

  /** By term; guarded by the lock. */
  private final Map<Long, Long> leaders = new HashMap<>();

  /** By index; guarded by the lock. */
  private final Map<Long, String> digests = new HashMap<>();

  /** By the port of a process: its snapshots taken and restored; guarded by the lock. */
  private final Map<Integer, int[]> snapshots = new HashMap<>();

  Watch(int nodes, LongToIntFunction ports, Ticker ticker, Findings findings) {
    this.nodes = nodes;
    this.ports = ports;
    this.ticker = ticker;
    this.findings = findings;
  }

  void begin() {
    for (long node = 1; node <= nodes; node++) {
      long number = node;
      threads.add(Thread.ofVirtual().start(() -> look(number)));
    }
  }

  private void look(long node) {
    NodeConnection connection = null;
    int connectedTo = 0;
    try {
      while (!over.await(EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
        int port = ports.applyAsInt(node);
        try {
          if (connection == null || connectedTo != port) {
            connection = replaced(connection, port);
            connectedTo = port;
          }
          long asked = ticker.nanos();
          saw(node, port, connection.ask("state"), asked);
        } catch (IOException e) {
          connectedTo = 0; // It is down, or stands still: another time.
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      findings.add("node %d tells of a state that makes no sense: %s".formatted(node, e));
    } finally {
      if (connection != null) {
        connection.close();
      }
    }
  }

  private static NodeConnection replaced(@Nullable NodeConnection old, int port)
      throws IOException {
    if (old != null) {
      old.close();
    }
    if (port == 0) {
      throw new IOException("it is down");
    }
    return new NodeConnection(port, PATIENCE);
  }

  private void saw(long node, int port, String[] words, long asked) {
    Seen seen =
        new Seen(
            words[1].equals("LEADER"),
            Long.parseLong(words[2]),
            Long.parseLong(words[3]),
            Long.parseLong(words[4]),
            words[5],
            asked);
    latest.put(node, seen);
    lock.lock();
    try {
      snapshots.put(port, new int[] {Integer.parseInt(words[6]), Integer.parseInt(words[7])});
      if (seen.leads) {
        Long other = leaders.putIfAbsent(seen.term, node);
        if (other != null && other != node) {
          findings.add("nodes %d and %d lead term %d".formatted(other, node, seen.term));
        }
      }
      String other = digests.putIfAbsent(seen.index, seen.digest);
      if (other != null && !other.equals(seen.digest)) {
        findings.add(
            "node %d has digest %s at index %d, and another had %s"
                .formatted(node, seen.digest, seen.index, other));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Who was seen to lead the latest term; 0 if nobody was. */
  long leader() {
    long term = -1;
    long leader = 0;
    for (Map.Entry<Long, Seen> each : latest.entrySet()) {
      if (each.getValue().leads && each.getValue().term > term) {
        term = each.getValue().term;
        leader = each.getKey();
      }
    }
    return leader;
  }

  /** In how many terms somebody was seen to lead. */
  int elections() {
    lock.lock();
    try {
      return leaders.size();
    } finally {
      lock.unlock();
    }
  }

  /** How many snapshots were seen to be taken, and how many to be restored. */
  int[] snapshots() {
    lock.lock();
    try {
      int[] sum = new int[2];
      for (int[] each : snapshots.values()) {
        sum[0] += each[0];
        sum[1] += each[1];
      }
      return sum;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until all nodes are at the same index, with the same digest; whether they came there. */
  boolean isSettledWithin(Duration patience) throws InterruptedException {
    long began = ticker.nanos();
    while (ticker.nanos() - began < patience.toNanos()) {
      if (isSettledSince(began)) {
        return true;
      }
      if (over.await(EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
    return false;
  }

  private boolean isSettledSince(long nanos) {
    return latest.size() == nodes
        && latest.values().stream().allMatch(seen -> seen.askedNanos - nanos > 0)
        && latest.values().stream().mapToLong(Seen::index).distinct().count() == 1
        && latest.values().stream().map(Seen::digest).distinct().count() == 1;
  }

  /** Where each node was when it was last seen. */
  String words() {
    StringBuilder words = new StringBuilder();
    latest.forEach(
        (node, seen) ->
            words.append(
                "node %d: term %d, leader %d, index %d, digest %s; "
                    .formatted(node, seen.term, seen.leader, seen.index, seen.digest)));
    return words.toString();
  }

  @Override
  public void close() {
    over.countDown();
    threads.forEach(Thread::interrupt);
  }
}
