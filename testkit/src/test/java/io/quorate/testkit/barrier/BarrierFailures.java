package io.quorate.testkit.barrier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.Phase;
import io.quorate.core.tx.Refusal;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.barrier.BarrierGc;
import io.quorate.core.tx.barrier.BarrierResult;
import io.quorate.core.tx.barrier.SqlWork;
import io.quorate.core.tx.internal.SqlFailures;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a barrier promises when the database or its user does what it should not. */
public abstract class BarrierFailures extends BarrierScenarios {

  /** Whether the one other call under way, made by {@code thread}, waits for a lock. */
  protected abstract boolean isBlocked(Thread thread) throws SQLException;

  /** Whether a transaction goes on, empty, after a deadlock that was swallowed. */
  protected abstract boolean deadlockRollsAllBack();

  /** overtaker: the call for the same branch that gets in between and commits, if any. */
  @ParameterizedTest
  @CsvSource({
    "TRY,     ,        TRY",
    "TRY,     TRY,     TRY",
    "TRY,     CANCEL,  ''",
    "CONFIRM, ,        TRY CONFIRM",
    "CONFIRM, CONFIRM, TRY CONFIRM",
    "CONFIRM, CANCEL,  TRY CANCEL",
    "CANCEL,  ,        TRY CANCEL",
    "CANCEL,  CANCEL,  TRY CANCEL",
    "CANCEL,  CONFIRM, TRY CONFIRM",
  })
  void a_deadlock_the_work_swallows_never_leaves_an_effect_without_its_row(
      Phase phase, Phase overtaker, String effects) throws Exception {
    if (!deadlockRollsAllBack() && overtaker != null) {
      return; // Its transaction holds the branch's row to the end: nobody gets in between.
    }
    if (phase != Phase.TRY) {
      call(ref(Phase.TRY));
    }
    AtomicInteger runs = new AtomicInteger();
    Verdict verdict;
    try (Rival rival = new Rival()) {
      SqlWork<byte[]> work =
          connection -> {
            if (runs.incrementAndGet() == 1) {
              rival.deadlock(connection);
              if (overtaker != null) {
                assertThat(execute(shop.dataSource(), ref(overtaker)))
                    .isInstanceOf(Verdict.Ok.class);
              }
            }
            shop.effect(connection, ref(phase));
            return ("did " + phase).getBytes(UTF_8);
          };
      verdict = barrier.execute(shop.dataSource(), ref(phase), work);
    }
    boolean mine = overtaker == null || overtaker == phase;
    if (deadlockRollsAllBack()) {
      assertThat(verdict instanceof Verdict.Ok).as("%s", verdict).isEqualTo(mine);
      assertThat(runs)
          .as("the work runs again, or not where another call has decided")
          .hasValue(overtaker == null ? 2 : 1);
    }
    Verdict again = execute(shop.dataSource(), ref(phase));
    assertThat(again instanceof Verdict.Ok).as("%s", again).isEqualTo(mine);
    assertThat(shop.effects(ref(phase))).isEqualTo(effects);
  }

  @Test
  void a_caller_cannot_commit_what_ran_behind_a_swallowed_deadlock() throws Exception {
    if (!deadlockRollsAllBack()) {
      return;
    }
    try (Rival rival = new Rival();
        Connection connection = shop.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      assertThatThrownBy(
              () ->
                  barrier.run(
                      connection,
                      ref(Phase.TRY),
                      Function.identity(),
                      Function.identity(),
                      c -> {
                        rival.deadlock(c);
                        shop.effect(c, ref(Phase.TRY));
                        return new byte[0];
                      }))
          .isInstanceOfSatisfying(
              SQLException.class,
              e -> assertThat(SqlFailures.of(e)).isEqualTo(SqlFailures.CONTENTION))
          .hasMessageContaining("order/1#stock");
      connection.commit();
    }
    assertThat(shop.state(ref(Phase.TRY))).isZero();
    assertThat(shop.effects(ref(Phase.TRY))).isEmpty();
  }

  @Test
  void a_refusal_behind_a_swallowed_deadlock_is_remembered_by_the_next_attempt() throws Exception {
    if (!deadlockRollsAllBack()) {
      return;
    }
    AtomicInteger runs = new AtomicInteger();
    Verdict verdict;
    try (Rival rival = new Rival()) {
      verdict =
          barrier.execute(
              shop.dataSource(),
              ref(Phase.TRY),
              connection -> {
                if (runs.incrementAndGet() == 1) {
                  rival.deadlock(connection);
                }
                throw new Refusal("no stock");
              });
    }
    assertThat(verdict).isEqualTo(new Verdict.No("no stock"));
    assertThat(runs).hasValue(2);
    assertThat(shop.state(ref(Phase.TRY))).isEqualTo(5);
  }

  /**
   * Another's transaction that a deadlock spares: it began before the one it is to collide with, as
   * H2 wants it, and has changed more rows, as MariaDB does.
   */
  private final class Rival implements AutoCloseable {
    private final Connection connection;
    private final int one;
    private final int two;

    Rival() throws SQLException {
      int own = Math.floorMod(ref(Phase.TRY).tx().hashCode(), Shop.ACCOUNTS);
      one = (own + 1) % Shop.ACCOUNTS;
      two = (own + 2) % Shop.ACCOUNTS;
      connection = shop.dataSource().getConnection();
      connection.setAutoCommit(false);
      for (int i = 0; i < 50; i++) {
        run(connection, "insert into " + shop.table() + "_effects values ('other', 'x', 'x')");
      }
      touch(connection, two);
    }

    /** Makes {@code victim} fail, where the database tells who does, and hides it. */
    void deadlock(Connection victim) throws SQLException {
      touch(victim, one);
      FutureTask<Void> waiting =
          new FutureTask<>(
              () -> {
                touch(connection, one);
                return null;
              });
      Thread thread = Thread.ofPlatform().start(waiting);
      while (!isBlocked(thread)) {
        assertThat(waiting).as("a statement that should wait").isNotDone();
      }
      SQLException swallowed = null;
      try {
        touch(victim, two);
      } catch (SQLException deadlock) {
        swallowed = deadlock;
      }
      if (deadlockRollsAllBack()) {
        assertThat(SqlFailures.of(Objects.requireNonNull(swallowed, "no deadlock")))
            .isEqualTo(SqlFailures.CONTENTION);
        try {
          waiting.get(60, SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
          throw new AssertionError(e);
        }
      }
      connection.rollback();
    }

    @Override
    public void close() throws SQLException {
      connection.rollback();
      connection.close();
    }
  }

  private void touch(Connection connection, int account) throws SQLException {
    run(
        connection,
        "update " + shop.table() + "_account set spent = spent + 1 where id = " + account);
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void run(String sql) throws SQLException {
    try (Connection connection = shop.dataSource().getConnection()) {
      run(connection, sql);
    }
  }

  @ParameterizedTest
  @EnumSource(Phase.class)
  void a_row_whose_state_is_unknown_is_refused_and_left_as_it_is(Phase phase) throws SQLException {
    call(ref(Phase.TRY));
    String effects = shop.effects(ref(Phase.TRY));
    run("update " + shop.table() + " set state = 6");
    assertThatThrownBy(() -> call(ref(phase)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("order/1#stock")
        .hasMessageContaining("6");
    assertThat(shop.state(ref(Phase.TRY))).isEqualTo(6);
    assertThat(shop.effects(ref(Phase.TRY))).isEqualTo(effects);
  }

  @Test
  void a_collection_of_the_present_or_the_future_is_refused_and_changes_nothing()
      throws SQLException {
    call(ref(Phase.TRY));
    BarrierGc gc = BarrierGc.of(barrier);
    Instant seconds = STARTED.plusSeconds(1);
    for (Instant wrong :
        new Instant[] {
          Instant.MAX,
          Instant.ofEpochSecond(seconds.toEpochMilli()),
          Instant.now().minus(Duration.ofMinutes(59))
        }) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> gc.collect(shop.dataSource(), wrong, 10))
          .withMessageContaining("startedBefore: " + wrong)
          .withMessageContaining("PT1H");
    }
    for (Duration wrong :
        new Duration[] {
          Duration.ZERO, Duration.ofDays(-1), Duration.ofMinutes(59), Duration.ofDays(40_000)
        }) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> gc.collect(shop.dataSource(), wrong, 10))
          .withMessageContaining("retention: " + wrong)
          .withMessageContaining("PT1H");
    }
    assertThat(shop.number("select mark from " + shop.table() + "_mark")).isEqualTo(Long.MIN_VALUE);
    assertThat(call(ref(Phase.TRY))).isInstanceOf(BarrierResult.Duplicate.class);
  }

  @Test
  void a_retention_forgets_what_began_before_it_and_keeps_the_rest() throws SQLException {
    Instant now = Instant.now();
    for (int hours : new int[] {100, 50, 30, 10}) {
      call(at("hours-" + hours, now.minus(Duration.ofHours(hours))));
    }
    BarrierGc gc = BarrierGc.of(barrier);
    assertThat(gc.collect(shop.dataSource(), Duration.ofHours(40), 10)).isEqualTo(2);
    assertThat(gc.collect(shop.dataSource(), Duration.ofHours(40), 10)).isZero();
    for (int hours : new int[] {100, 50}) {
      assertThat(call(at("hours-" + hours, now.minus(Duration.ofHours(hours)))))
          .isInstanceOf(BarrierResult.TooOld.class);
    }
    for (int hours : new int[] {30, 10}) {
      assertThat(call(at("hours-" + hours, now.minus(Duration.ofHours(hours)))))
          .isInstanceOf(BarrierResult.Duplicate.class);
    }
  }

  @Test
  void a_database_whose_clock_is_ahead_refuses_nothing_that_begins_later() throws SQLException {
    // Coordinators that live in 2020: to them, this database is years ahead.
    call(at("old", STARTED));
    assertThat(BarrierGc.of(barrier).collect(shop.dataSource(), Duration.ofHours(1), 10))
        .isEqualTo(1);
    assertThat(call(at("old", STARTED))).isInstanceOf(BarrierResult.TooOld.class);
    assertThat(call(at("later", STARTED.plusMillis(1)))).isInstanceOf(BarrierResult.Ran.class);
  }

  private static BranchRef at(String tx, Instant started) {
    return new BranchRef(new TxId(tx), "stock", Phase.TRY, 1, FIRST, started);
  }
}
