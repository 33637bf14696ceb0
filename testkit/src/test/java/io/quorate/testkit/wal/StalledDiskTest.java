package io.quorate.testkit.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.wal.WalConfig;
import io.quorate.core.wal.WalPoisonedException;
import io.quorate.core.wal.WalRuntime;
import io.quorate.core.wal.WriteAheadLog;
import io.quorate.testkit.disk.Fault;
import io.quorate.testkit.disk.Operation;
import io.quorate.testkit.disk.SimDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The log with its own threads, on a disk that does not answer, or answers with an error. */
@Timeout(60)
class StalledDiskTest {
  /** Never idle, so that no seal is written in between. */
  private final WalConfig config = WalWorld.SMALL.idleAfter(Duration.ofMinutes(1));

  private final SimDisk disk = new SimDisk();
  private final CountDownLatch stall = new CountDownLatch(1);

  /** Lets go of what is stalled before the log is closed, so that a failing test ends. */
  private interface Release extends AutoCloseable {
    @Override
    void close();
  }

  private WriteAheadLog openedThenStalled() {
    WriteAheadLog log = WriteAheadLog.open(disk, config, WalRuntime.threads());
    log.awaitDurable(log.append(1, 0, 0, 0, new byte[10], true));
    disk.plan(op -> op.kind() == Operation.Kind.FORCE ? new Fault.Stall(stall) : Fault.NONE);
    return log;
  }

  private static void awaitWaiting(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      assertThat(thread.isAlive()).isTrue();
      Thread.onSpinWait();
    }
  }

  @Test
  void while_the_disk_stalls_appends_return_and_nothing_is_acknowledged() throws Exception {
    try (WriteAheadLog log = openedThenStalled();
        Release release = stall::countDown) {
      long durable = log.durablePosition();
      long position = log.append(1, 0, 1, 0, new byte[100], true);
      CompletableFuture<Void> future = log.whenDurable(position);
      Thread waiter = Thread.ofPlatform().start(() -> log.awaitDurable(position));
      awaitWaiting(waiter);
      assertThat(log.durablePosition()).isEqualTo(durable);
      assertThat(future).isNotDone();
      stall.countDown();
      waiter.join();
      future.get(30, TimeUnit.SECONDS);
      assertThat(log.durablePosition()).isGreaterThanOrEqualTo(position);
    }
  }

  @Test
  void what_was_queued_while_a_force_ran_is_not_acknowledged_by_it() throws Exception {
    List<CountDownLatch> reached = List.of(new CountDownLatch(1), new CountDownLatch(1));
    List<CountDownLatch> released = List.of(new CountDownLatch(1), new CountDownLatch(1));
    AtomicInteger forces = new AtomicInteger();
    try (WriteAheadLog log = WriteAheadLog.open(disk, config, WalRuntime.threads());
        Release release = () -> released.forEach(CountDownLatch::countDown)) {
      disk.plan(
          op -> {
            if (!isForce(op) || forces.get() >= 2) {
              return Fault.NONE;
            }
            int nth = forces.getAndIncrement();
            reached.get(nth).countDown();
            return new Fault.Stall(released.get(nth));
          });
      long first = log.append(1, 0, 1, 0, new byte[100], true);
      reached.get(0).await();
      long second = log.append(1, 0, 2, 0, new byte[100], true);
      released.get(0).countDown();
      reached.get(1).await();
      assertThat(log.durablePosition()).isEqualTo(first);
      released.get(1).countDown();
      log.awaitDurable(second);
    }
  }

  @Test
  void a_full_queue_holds_appenders_back_and_an_interrupt_loses_nothing() throws Exception {
    List<Long> positions = new ArrayList<>();
    AtomicBoolean flagKept = new AtomicBoolean();
    try (WriteAheadLog log = openedThenStalled();
        Release release = stall::countDown) {
      Thread appender =
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i < 8; i++) {
                      positions.add(log.append(2, 0, i, 0, new byte[2900], true));
                    }
                    flagKept.set(Thread.currentThread().isInterrupted());
                    log.awaitDurable(positions.getLast());
                    flagKept.compareAndSet(true, Thread.currentThread().isInterrupted());
                  });
      awaitWaiting(appender);
      assertThat(positions.size()).isBetween(2, 7);
      appender.interrupt();
      awaitWaiting(appender);
      stall.countDown();
      appender.join();
    }
    assertThat(flagKept).isTrue();
    try (WriteAheadLog log = WriteAheadLog.open(disk, config, WalRuntime.threads())) {
      List<Long> found = new ArrayList<>();
      log.replay(0, each -> each.type() != 2 || found.add(each.end()));
      assertThat(found).isEqualTo(positions);
    }
  }

  @Test
  void a_force_that_fails_poisons_everybody_and_is_never_tried_again() {
    WriteAheadLog log = WriteAheadLog.open(disk, config, WalRuntime.threads());
    long safe = log.append(1, 0, 0, 0, new byte[10], true);
    log.awaitDurable(safe);
    long forces = disk.operations().stream().filter(StalledDiskTest::isForce).count();
    AtomicBoolean failed = new AtomicBoolean();
    disk.plan(
        op -> isForce(op) && failed.compareAndSet(false, true) ? new Fault.Fail(0) : Fault.NONE);
    long lost = log.append(1, 0, 1, 0, new byte[10], true);
    CompletableFuture<Void> future = log.whenDurable(lost);
    assertThatThrownBy(() -> log.awaitDurable(lost))
        .isInstanceOfSatisfying(
            WalPoisonedException.class,
            poisoned -> assertThat(poisoned.durablePosition()).isEqualTo(safe))
        .hasMessageContaining("input/output error at FORCE");
    assertThatThrownBy(future::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(WalPoisonedException.class);
    assertThatThrownBy(() -> log.append(1, 0, 2, 0, new byte[10], false))
        .isInstanceOf(WalPoisonedException.class);
    log.awaitDurable(safe);
    assertThat(log.durablePosition()).isEqualTo(safe);
    assertThatThrownBy(log::close).isInstanceOf(WalPoisonedException.class);
    log.close();
    assertThat(disk.operations().stream().filter(StalledDiskTest::isForce).count())
        .isEqualTo(forces + 1);
    WriteAheadLog.open(disk, config, WalRuntime.threads()).close();
  }

  private static boolean isForce(Operation op) {
    return op.kind() == Operation.Kind.FORCE && op.file().endsWith(".wal");
  }

  @Test
  void what_is_chained_to_a_future_may_block_without_holding_up_the_disk() throws Exception {
    CountDownLatch later = new CountDownLatch(1);
    try (WriteAheadLog log = WriteAheadLog.open(disk, config, WalRuntime.threads());
        Release release = later::countDown) {
      CompletableFuture<Void> blocked =
          log.whenDurable(log.append(1, 0, 0, 0, new byte[10], true))
              .thenRun(
                  () -> {
                    try {
                      later.await();
                    } catch (InterruptedException e) {
                      throw new AssertionError(e);
                    }
                  });
      log.awaitDurable(log.append(1, 0, 1, 0, new byte[10], true));
      assertThat(blocked).isNotDone();
      later.countDown();
      blocked.get(30, TimeUnit.SECONDS);
    }
  }
}
