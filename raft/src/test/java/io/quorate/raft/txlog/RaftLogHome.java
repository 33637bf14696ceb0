package io.quorate.raft.txlog;

import io.quorate.core.tx.log.TransactionLog;
import io.quorate.testkit.log.LogHome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A group of three on real directories. Each log goes through the next node, so through leaders and
 * followers alike. With no log open, the group is closed and opened again; a crash takes all of it.
 */
final class RaftLogHome implements LogHome {
  private final RaftLogCluster cluster;
  private final AtomicLong nanos = new AtomicLong(77);
  private final AtomicReference<Instant> wall =
      new AtomicReference<>(Instant.parse("2026-03-01T12:00:00Z"));
  private final List<TransactionLog> open = new ArrayList<>();
  private long opened;

  RaftLogHome(Path root) {
    this.cluster = new RaftLogCluster(root, 64 << 20, 100);
  }

  RaftLogConfig config() {
    return RaftLogConfig.defaults()
        .withPatience(Duration.ofSeconds(30))
        .withPause(Duration.ofMillis(5))
        .withClocks(nanos::get, wall::get);
  }

  @Override
  public TransactionLog open() {
    open.removeIf(RaftLogHome::isClosed);
    if (open.isEmpty()) {
      cluster.stopAll();
    }
    if (!cluster.isRunning()) {
      cluster.startAll();
    }
    RaftLogCluster.Running through = cluster.node(1 + opened++ % RaftLogCluster.NODES);
    TransactionLog log = RaftTransactionLog.open(through.node(), through.table(), config());
    open.add(log);
    return log;
  }

  private static boolean isClosed(TransactionLog log) {
    try {
      Instant unused = log.now();
      return false;
    } catch (IllegalStateException closed) {
      return true;
    }
  }

  @Override
  public void crash(TransactionLog log) throws IOException {
    if (open.stream().anyMatch(other -> other != log && !isClosed(other))) {
      throw new IllegalStateException("other logs are open (expected: the one that crashes)");
    }
    cluster.crashAll();
    log.close();
    open.clear();
  }

  @Override
  public void advance(Duration by) {
    nanos.addAndGet(by.toNanos());
    wall.updateAndGet(now -> now.plus(by));
  }

  @Override
  public void jumpWallClock(Duration by) {
    wall.updateAndGet(now -> now.plus(by));
  }

  @Override
  public void close() {
    cluster.close();
  }
}
