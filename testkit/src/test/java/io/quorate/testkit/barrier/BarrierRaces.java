package io.quorate.testkit.barrier;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.Phase;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.barrier.BarrierGc;
import io.quorate.core.tx.barrier.BarrierResult;
import io.quorate.core.tx.internal.SqlFailures;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a barrier promises when calls and the garbage collection meet. */
public abstract class BarrierRaces extends BarrierFailures {
  private static final int ROUNDS = 150;

  @ParameterizedTest
  @ValueSource(
      ints = {
        Connection.TRANSACTION_READ_COMMITTED,
        Connection.TRANSACTION_REPEATABLE_READ,
        Connection.TRANSACTION_SERIALIZABLE
      })
  void concurrent_try_cancel_and_double_confirm_never_contradict_each_other(int isolation)
      throws Exception {
    long seed = Long.getLong("quorate.seed", 20_261_123L + isolation);
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    DataSource source = at(isolation, shop.dataSource());
    List<Phase> calls =
        new ArrayList<>(
            List.of(
                Phase.TRY, Phase.TRY, Phase.CANCEL, Phase.CANCEL, Phase.CONFIRM, Phase.CONFIRM));
    AtomicInteger confirmed = new AtomicInteger();
    AtomicInteger cancelled = new AtomicInteger();
    try (ExecutorService threads = Executors.newFixedThreadPool(calls.size())) {
      for (int round = 0; round < ROUNDS; round++) {
        String tx = "race-" + round;
        Collections.shuffle(calls, random);
        boolean triedBefore = random.nextInt(3) == 0;
        if (triedBefore) {
          assertThat(execute(source, ref(tx, Phase.TRY, FIRST))).isInstanceOf(Verdict.Ok.class);
        }
        CyclicBarrier start = new CyclicBarrier(calls.size());
        List<Callable<Void>> tasks = new ArrayList<>();
        for (Phase phase : calls) {
          int spin = random.nextInt(2000);
          tasks.add(
              () -> {
                start.await(60, SECONDS);
                for (int i = 0; i < spin; i++) {
                  Thread.onSpinWait();
                }
                patiently(source, ref(tx, phase, FIRST));
                return null;
              });
        }
        for (Future<Void> done : threads.invokeAll(tasks)) {
          done.get(120, SECONDS);
        }
        // Whatever is still open is settled, as a coordinator would.
        patiently(source, ref(tx, Phase.CANCEL, FIRST));
        assertConsistent(ref(tx, Phase.TRY, FIRST), seed, confirmed, cancelled);
      }
    }
    assertThat(shop.moneyAndFrozen()).containsExactly(Shop.ACCOUNTS * Shop.MONEY, 0);
    assertThat(confirmed.get()).as("rounds that confirmed").isPositive();
    assertThat(cancelled.get()).as("rounds that cancelled").isPositive();
  }

  /** The state and all effects fit one story. */
  private void assertConsistent(
      BranchRef ref, long seed, AtomicInteger confirmed, AtomicInteger cancelled)
      throws SQLException {
    String effects = shop.effects(ref);
    switch (shop.state(ref)) {
      case 2 -> {
        assertThat(effects).as(ref + " seed " + seed).isEqualTo("TRY CONFIRM");
        confirmed.incrementAndGet();
      }
      case 3 -> {
        assertThat(effects).as(ref + " seed " + seed).isEqualTo("TRY CANCEL");
        cancelled.incrementAndGet();
      }
      case 4 -> assertThat(effects).as(ref + " seed " + seed).isEmpty();
      default -> fail("%s seed %d: state %d", ref, seed, shop.state(ref));
    }
  }

  /** Every answer but Unknown is an answer. */
  private Verdict patiently(DataSource source, BranchRef ref) {
    for (int attempt = 1; attempt <= 50; attempt++) {
      Verdict verdict = execute(source, ref);
      if (!(verdict instanceof Verdict.Unknown)) {
        return verdict;
      }
    }
    return fail("no answer to %s", ref);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        Connection.TRANSACTION_READ_COMMITTED,
        Connection.TRANSACTION_REPEATABLE_READ,
        Connection.TRANSACTION_SERIALIZABLE
      })
  void a_row_collected_behind_an_old_snapshot_does_not_run_again(int isolation)
      throws SQLException {
    for (Phase late : Phase.values()) {
      BranchRef first = ref("old-" + late, Phase.TRY, FIRST);
      BranchRef again = ref("old-" + late, late, FIRST);
      BranchRef elsewhere = ref("elsewhere-" + late, Phase.TRY, FIRST);
      // Fresh tables, with a mark that covers nothing yet.
      createTables();
      call(first);
      String effects = shop.effects(first);
      try (Connection connection = shop.dataSource().getConnection()) {
        connection.setTransactionIsolation(isolation);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
          statement.executeQuery("select count(*) from " + shop.table() + "_account").close();
        }
        assertThat(collectAll(STARTED.plusSeconds(1))).isEqualTo(1);
        assertThat(refused(connection, again)).as("isolation %d, %s", isolation, late).isTrue();
        connection.rollback();
        assertThat(refused(connection, elsewhere)).isTrue();
        connection.rollback();
      }
      assertThat(shop.effects(first)).isEqualTo(effects);
      assertThat(shop.rows()).isZero();
    }
  }

  /** Whether the work did not run: the call is too old, or the database asks to begin again. */
  private boolean refused(Connection connection, BranchRef ref) throws SQLException {
    try {
      return call(connection, ref) instanceof BarrierResult.TooOld;
    } catch (SQLException failure) {
      assertThat(SqlFailures.of(failure)).isEqualTo(SqlFailures.CONTENTION);
      return true;
    }
  }

  @Test
  void a_month_old_duplicate_of_a_collected_row_is_refused_and_has_no_effect() throws SQLException {
    call(ref(Phase.TRY));
    call(ref(Phase.CONFIRM));
    String effects = shop.effects(ref(Phase.TRY));
    assertThat(collectAll(STARTED)).as("not before its start").isZero();
    assertThat(call(ref(Phase.TRY))).isInstanceOf(BarrierResult.Duplicate.class);

    assertThat(collectAll(STARTED.plus(Duration.ofDays(30)))).isEqualTo(1);
    assertThat(shop.rows()).isZero();
    for (Phase phase : Phase.values()) {
      assertThat(call(ref(phase))).isInstanceOf(BarrierResult.TooOld.class);
      assertThat(execute(shop.dataSource(), ref(phase))).isInstanceOf(Verdict.Unknown.class);
    }
    assertThat(shop.effects(ref(Phase.TRY))).isEqualTo(effects);
    assertThat(shop.rows()).as("a refusal leaves no row").isZero();
    BranchRef young =
        new BranchRef(
            new TxId("young"), "stock", Phase.TRY, 1, FIRST, STARTED.plus(Duration.ofDays(30)));
    assertThat(call(young)).isInstanceOf(BarrierResult.Ran.class);
  }

  @Test
  void collection_goes_in_batches_and_the_mark_never_back() throws SQLException {
    for (int i = 0; i < 10; i++) {
      TxId tx = new TxId("tx-" + i);
      call(new BranchRef(tx, "stock", Phase.TRY, 1, FIRST, STARTED.plusSeconds(i)));
    }
    BarrierGc gc = BarrierGc.of(barrier);
    DataSource source = shop.dataSource();
    Instant middle = STARTED.plusSeconds(5);
    assertThat(gc.collect(source, middle, 3)).isEqualTo(3);
    assertThat(shop.rows()).isEqualTo(7);
    for (int i = 0; i < 10; i++) {
      TxId tx = new TxId("tx-" + i);
      BranchRef again = new BranchRef(tx, "stock", Phase.TRY, 1, FIRST, STARTED.plusSeconds(i));
      assertThat(call(again))
          .as("tx %d: what is still there is answered, what is gone is refused", i)
          .isInstanceOf(i < 3 ? BarrierResult.TooOld.class : BarrierResult.Duplicate.class);
    }
    assertThat(gc.collect(source, middle, 3)).isEqualTo(2);
    assertThat(gc.collect(source, middle, 3)).isZero();
    assertThat(gc.collect(source, STARTED, 3)).isZero();
    BranchRef late =
        new BranchRef(new TxId("late"), "stock", Phase.TRY, 1, FIRST, STARTED.plusSeconds(4));
    assertThat(call(late)).as("the mark stays").isInstanceOf(BarrierResult.TooOld.class);
  }

  @Test
  void duplicates_that_race_with_the_collection_have_no_second_effect() throws Exception {
    long seed = Long.getLong("quorate.seed", 19L);
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int round = 0; round < ROUNDS; round++) {
        Instant started = STARTED.plusSeconds(round);
        TxId tx = new TxId("gc-" + round);
        BranchRef ref = new BranchRef(tx, "stock", Phase.TRY, 1, FIRST, started);
        call(ref);
        CyclicBarrier start = new CyclicBarrier(4);
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          int spin = random.nextInt(3000);
          Phase phase = i == 2 ? Phase.CANCEL : Phase.TRY;
          tasks.add(
              () -> {
                start.await(60, SECONDS);
                for (int s = 0; s < spin; s++) {
                  Thread.onSpinWait();
                }
                execute(shop.dataSource(), new BranchRef(tx, "stock", phase, 1, FIRST, started));
                return null;
              });
        }
        tasks.add(
            () -> {
              start.await(60, SECONDS);
              collectAll(started.plusSeconds(1));
              return null;
            });
        for (Future<Void> done : threads.invokeAll(tasks)) {
          done.get(120, SECONDS);
        }
        assertThat(shop.effects(ref)).as("round %d seed %d", round, seed).isIn("TRY", "TRY CANCEL");
      }
    }
  }

  @Test
  void a_try_in_flight_is_not_forgotten_by_a_collection_that_overtakes_it() throws Exception {
    try (Connection connection = shop.dataSource().getConnection();
        ExecutorService thread = Executors.newSingleThreadExecutor()) {
      connection.setAutoCommit(false);
      assertThat(call(connection, ref(Phase.TRY))).isInstanceOf(BarrierResult.Ran.class);
      Future<Integer> collecting = thread.submit(() -> collectAll(STARTED.plusSeconds(1)));
      connection.commit();
      collecting.get(60, SECONDS);
      assertThat(call(ref(Phase.TRY)))
          .isInstanceOfAny(BarrierResult.TooOld.class, BarrierResult.Duplicate.class);
      assertThat(shop.effects(ref(Phase.TRY))).isEqualTo("TRY");
    }
  }

  @Test
  void a_cancel_waits_for_an_uncommitted_try_and_undoes_it() throws Exception {
    try (Connection connection = shop.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      call(connection, ref(Phase.TRY));
      FutureTask<Verdict> cancelling =
          new FutureTask<>(() -> execute(shop.dataSource(), ref(Phase.CANCEL)));
      Thread thread = Thread.ofPlatform().start(cancelling);
      while (!isBlocked(thread)) {
        assertThat(cancelling).as("a call that should wait").isNotDone();
      }
      connection.commit();
      assertThat(cancelling.get(60, SECONDS)).isInstanceOf(Verdict.Ok.class);
    }
    assertThat(shop.effects(ref(Phase.TRY))).isEqualTo("TRY CANCEL");
    assertThat(shop.state(ref(Phase.TRY))).isEqualTo(3);
  }

  @Test
  void a_zombie_coordinator_changes_nothing_behind_its_successor() throws Exception {
    Epoch successor = new Epoch("second", 8);
    execute(shop.dataSource(), ref("t", Phase.TRY, FIRST));
    execute(shop.dataSource(), ref("t", Phase.CANCEL, successor));
    for (Phase phase : Phase.values()) {
      assertThat(execute(shop.dataSource(), ref("t", phase, FIRST)))
          .isInstanceOf(Verdict.Unknown.class);
    }
    assertThat(shop.effects(ref("t", Phase.TRY, FIRST))).isEqualTo("TRY CANCEL");
  }

  int collectAll(Instant startedBefore) throws SQLException {
    int all = 0;
    for (int got = 1; got > 0; all += got) {
      got = collectPatiently(startedBefore);
    }
    return all;
  }

  private int collectPatiently(Instant startedBefore) throws SQLException {
    for (int attempt = 1; ; attempt++) {
      try {
        return BarrierGc.of(barrier).collect(shop.dataSource(), startedBefore, 1);
      } catch (SQLException deadlock) {
        SqlFailures kind = SqlFailures.of(deadlock);
        if (attempt == 50 || kind == SqlFailures.OTHER || kind == SqlFailures.CONNECTION) {
          throw deadlock;
        }
      }
    }
  }

  /** Connections at a given isolation level. */
  static DataSource at(int isolation, DataSource source) {
    return (DataSource)
        Proxy.newProxyInstance(
            BarrierRaces.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, args) -> {
              Connection connection = (Connection) method.invoke(source, args);
              connection.setTransactionIsolation(isolation);
              return connection;
            });
  }
}
