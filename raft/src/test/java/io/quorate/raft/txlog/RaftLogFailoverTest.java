package io.quorate.raft.txlog;

import static io.quorate.testkit.log.TestRecords.begin;
import static io.quorate.testkit.log.TestRecords.body;
import static io.quorate.testkit.log.TestRecords.end;
import static io.quorate.testkit.log.TestRecords.step;
import static io.quorate.testkit.log.TestRecords.tx;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.EpochHeldException;
import io.quorate.core.tx.log.FencedException;
import io.quorate.core.tx.log.IndeterminateException;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogUnavailableException;
import io.quorate.core.tx.log.SequenceConflictException;
import io.quorate.core.tx.log.TransactionLog;
import io.quorate.core.tx.log.TxHead;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a log when nodes die, links break and coordinators change. */
final class RaftLogFailoverTest {
  private static final Duration LEASE = Duration.ofMinutes(10);

  @TempDir Path root;
  private RaftLogCluster cluster;
  private final List<TransactionLog> logs = new ArrayList<>();

  @BeforeEach
  void start() {
    cluster = new RaftLogCluster(root, 32 << 10, 3);
    cluster.startAll();
  }

  @AfterEach
  void stop() {
    cluster.network().healAll();
    logs.forEach(TransactionLog::close);
    cluster.close();
  }

  private RaftTransactionLog open(long node, Duration patience) {
    RaftLogCluster.Running through = cluster.node(node);
    RaftLogConfig config =
        RaftLogConfig.defaults().withPatience(patience).withPause(Duration.ofMillis(5));
    RaftTransactionLog log = RaftTransactionLog.open(through.node(), through.table(), config);
    logs.add(log);
    return log;
  }

  private RaftTransactionLog open(long node) {
    return open(node, Duration.ofSeconds(30));
  }

  @Test
  void nothing_acknowledged_is_lost_when_the_leader_stops_and_another_coordinator_takes_over()
      throws Exception {
    long leader = cluster.leader();
    long first = cluster.follower();
    long second = 6 - leader - first;
    RaftTransactionLog ann = open(first);
    RaftTransactionLog bob = open(second);
    Map<TxId, Integer> acknowledged = new ConcurrentHashMap<>();

    Epoch anns = ann.acquire("ann", LEASE);
    appendWhile(ann, anns, "ann", acknowledged, () -> cluster.stop(leader));
    ann.release(anns);
    Epoch bobs = bob.acquire("bob", LEASE);
    appendWhile(bob, bobs, "bob", acknowledged, () -> cluster.start(leader));
    assertThatThrownBy(() -> ann.append(anns, List.of(begin(tx("late")))))
        .isInstanceOf(FencedException.class);

    assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(32);
    RaftTransactionLog again = open(leader);
    acknowledged.forEach(
        (tx, count) -> {
          List<LogRecord> records = again.read(tx);
          assertThat(records).as("records of %s", tx).hasSize(count);
          for (int seq = 0; seq < count; seq++) {
            assertThat(records.get(seq)).isEqualTo(own(tx, seq));
          }
        });
    assertThat(again.head(tx("late"))).isEmpty();
  }

  /** Sixteen threads append, each to its transaction, before, during and after an event. */
  private static void appendWhile(
      TransactionLog log, Epoch epoch, String who, Map<TxId, Integer> acknowledged, Runnable event)
      throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    CountDownLatch under = new CountDownLatch(16);
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> all = new ArrayList<>();
      for (int thread = 0; thread < 16; thread++) {
        TxId tx = tx(who + "-" + thread);
        Callable<Void> task =
            () -> {
              for (int seq = 0, beyond = 0; beyond < 10; seq++) {
                beyond += over.get() ? 1 : 0;
                log.append(epoch, List.of(own(tx, seq)));
                acknowledged.put(tx, seq + 1);
                if (seq == 3) {
                  under.countDown();
                }
              }
              return null;
            };
        all.add(executor.submit(task));
      }
      assertThat(under.await(60, SECONDS)).isTrue();
      event.run();
      over.set(true);
      for (Future<Void> each : all) {
        each.get(120, SECONDS);
      }
    }
  }

  private static LogRecord own(TxId tx, int seq) {
    LogRecord plain = seq == 0 ? begin(tx) : step(tx, seq);
    return body(plain, (tx + "#" + seq).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
  }

  @Test
  void an_append_whose_answer_was_lost_is_not_refused_by_itself() throws Exception {
    long leader = cluster.leader();
    long follower = cluster.follower();
    RaftTransactionLog log = open(follower);
    Epoch epoch = log.acquire("ann", LEASE);
    AtomicBoolean over = new AtomicBoolean();
    Thread breaker =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!over.get()) {
                    // Questions arrive and their answers do not.
                    cluster.network().cut(leader, follower);
                    cluster.network().heal(leader, follower);
                    LockSupport.parkNanos(3_000_000);
                  }
                });
    try {
      TxId tx = tx("contested");
      for (int seq = 0; seq < 100; seq++) {
        log.append(epoch, List.of(own(tx, seq)));
      }
      assertThat(log.read(tx)).hasSize(100);
    } finally {
      over.set(true);
      breaker.join();
    }
  }

  @Test
  void a_coordinator_that_was_cut_off_is_fenced_when_it_comes_back() throws Exception {
    long leader = cluster.leader();
    long other = cluster.follower();
    RaftTransactionLog ann = open(leader, Duration.ofSeconds(2));
    Epoch anns = ann.acquire("ann", Duration.ofMillis(50));
    TxId tx = tx("contested");
    ann.append(anns, List.of(begin(tx), step(tx, 1)));

    cluster.network().isolate(leader);
    RaftTransactionLog bob = open(other);
    Epoch bobs = acquire(bob, "bob");
    assertThat(bob.due(bobs, 10)).extracting(TxHead::tx).containsExactly(tx);
    assertThatThrownBy(() -> ann.append(anns, List.of(step(tx, 2))))
        .isInstanceOfAny(IndeterminateException.class, LogUnavailableException.class);
    assertThatThrownBy(() -> ann.read(tx)).isInstanceOf(LogUnavailableException.class);
    bob.append(bobs, List.of(end(tx, 2)));

    cluster.network().healAll();
    RaftTransactionLog back = open(leader);
    assertThatThrownBy(() -> back.append(anns, List.of(step(tx, 3))))
        .isInstanceOf(FencedException.class);
    assertThat(back.read(tx)).containsExactly(begin(tx), step(tx, 1), end(tx, 2));
    assertThat(bob.read(tx)).isEqualTo(back.read(tx));
  }

  private static Epoch acquire(TransactionLog log, String owner) throws InterruptedException {
    for (int attempt = 0; attempt < 600; attempt++) {
      try {
        return log.acquire(owner, LEASE);
      } catch (EpochHeldException held) {
        LockSupport.parkNanos(held.remaining().toNanos());
      }
    }
    throw new AssertionError("the lease never ran out");
  }

  @Test
  void without_a_quorum_nothing_is_acknowledged_and_what_is_read_later_is_final() throws Exception {
    long stays = cluster.leader();
    RaftTransactionLog log = open(stays, Duration.ofSeconds(1));
    Epoch epoch = log.acquire("ann", LEASE);
    TxId tx = tx("alone");
    log.append(epoch, List.of(begin(tx)));
    for (long node = 1; node <= 3; node++) {
      if (node != stays) {
        cluster.stop(node);
      }
    }
    assertThatThrownBy(() -> log.append(epoch, List.of(step(tx, 1))))
        .isInstanceOfAny(IndeterminateException.class, LogUnavailableException.class);
    assertThatThrownBy(() -> log.head(tx)).isInstanceOf(LogUnavailableException.class);
    assertThatThrownBy(() -> log.acquire("ann", LEASE)).isInstanceOf(LogUnavailableException.class);
    for (long node = 1; node <= 3; node++) {
      if (node != stays) {
        cluster.start(node);
      }
    }
    int found = readBack(log, tx).size();
    assertThat(found).isBetween(1, 2);
    RaftTransactionLog other = open(cluster.follower());
    assertThat(other.read(tx)).hasSize(found);
    Epoch next = other.acquire("ann", LEASE);
    other.append(next, List.of(step(tx, found)));
    assertThat(log.read(tx)).hasSize(found + 1);
  }

  private static List<LogRecord> readBack(TransactionLog log, TxId tx) {
    LogUnavailableException last = null;
    for (int attempt = 0; attempt < 60; attempt++) {
      try {
        return log.read(tx);
      } catch (LogUnavailableException notYet) {
        last = notYet;
      }
    }
    throw new AssertionError("no quorum came back", last);
  }

  @Test
  void a_node_that_missed_all_gets_it_by_snapshot_and_serves_the_log() throws Exception {
    long leader = cluster.leader();
    long away = cluster.follower();
    cluster.stop(away);
    RaftTransactionLog log = open(leader);
    Epoch epoch = log.acquire("ann", LEASE);
    for (int i = 0; i < 200; i++) {
      TxId tx = tx("t" + i);
      log.append(epoch, List.of(body(begin(tx), new byte[1000]), step(tx, 1)));
    }
    cluster.start(away);
    RaftTransactionLog late = open(away);
    for (int i = 0; i < 200; i++) {
      assertThat(late.read(tx("t" + i))).isEqualTo(log.read(tx("t" + i))).hasSize(2);
    }
    cluster.crashAll();
    cluster.startAll();
    RaftTransactionLog after = open(away);
    assertThat(after.read(tx("t199"))).hasSize(2);
    assertThat(after.stats().transactions()).isEqualTo(200);
  }

  @Test
  void a_log_whose_session_the_group_forgot_goes_on_with_another() throws Exception {
    long node = cluster.leader();
    RaftTransactionLog first = open(node);
    Epoch epoch = first.acquire("ann", LEASE);
    first.append(epoch, List.of(begin(tx("a"))));
    for (int i = 0; i < 4; i++) {
      open(cluster.follower());
    }
    first.append(epoch, List.of(step(tx("a"), 1)));
    assertThatThrownBy(() -> first.append(epoch, List.of(step(tx("a"), 1))))
        .isInstanceOf(SequenceConflictException.class);
    assertThat(first.read(tx("a"))).hasSize(2);
  }

  @Test
  void a_log_of_a_closed_server_says_at_once_that_nothing_was_written() throws Exception {
    long node = cluster.follower();
    RaftTransactionLog log = open(node, Duration.ofMinutes(5));
    Epoch epoch = log.acquire("ann", LEASE);
    cluster.stop(node);
    long before = System.nanoTime();
    assertThatThrownBy(() -> log.append(epoch, List.of(begin(tx("late")))))
        .isInstanceOf(LogUnavailableException.class);
    assertThatThrownBy(() -> log.read(tx("late"))).isInstanceOf(LogUnavailableException.class);
    log.close();
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMinutes(1));
  }

  @Test
  void an_append_too_large_is_the_callers_error_and_one_that_fits_is_replicated() throws Exception {
    RaftTransactionLog log = open(cluster.follower());
    Epoch epoch = log.acquire("ann", LEASE);
    int room = RaftLogConfig.defaults().appendBytesMax();
    assertThatThrownBy(() -> log.append(epoch, List.of(body(begin(tx("a")), new byte[room]))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("appendBytesMax");
    // A segment of this group takes records of 2 MiB.
    List<LogRecord> fits = List.of(body(begin(tx("a")), new byte[(2 << 20) - 4096]));
    log.append(epoch, fits);
    assertThat(log.read(tx("a"))).isEqualTo(fits);
  }
}
