package io.quorate.testkit.barrier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.Phase;
import io.quorate.core.tx.Refusal;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.barrier.Barrier;
import io.quorate.core.tx.barrier.BarrierResult;
import io.quorate.testkit.log.FaultyDataSource;
import io.quorate.testkit.log.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a barrier promises, on any database; one call at a time. */
public abstract class BarrierScenarios {
  static final Instant STARTED = Instant.parse("2020-11-01T00:00:00Z");
  static final Epoch FIRST = new Epoch("first", 7);

  Shop shop;
  Barrier barrier;

  /** A database with room for a table of its own. */
  protected abstract DataSource dataSource() throws SQLException;

  protected abstract Barrier barrier(String table);

  @BeforeEach
  final void createTables() throws SQLException {
    String name = PostgresServer.uniqueName("barrier_" + ProcessHandle.current().pid() + "_");
    barrier = barrier(name);
    shop = new Shop(dataSource(), name);
    try (Connection connection = dataSource().getConnection()) {
      barrier.createTable(connection);
      barrier.createTable(connection);
    }
    shop.create();
  }

  static BranchRef ref(String tx, Phase phase, Epoch epoch) {
    return new BranchRef(new TxId(tx), "stock", phase, 1, epoch, STARTED);
  }

  static BranchRef ref(Phase phase) {
    return ref("order/1", phase, FIRST);
  }

  /** Runs one call in a transaction of its own; the work leaves a trace and answers its phase. */
  BarrierResult<String> call(BranchRef ref) throws SQLException {
    try (Connection connection = shop.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      BarrierResult<String> result = call(connection, ref);
      connection.commit();
      return result;
    }
  }

  BarrierResult<String> call(Connection connection, BranchRef ref) throws SQLException {
    return barrier.run(
        connection,
        ref,
        text -> text.getBytes(UTF_8),
        bytes -> new String(bytes, UTF_8),
        c -> {
          shop.effect(c, ref);
          return "did " + ref.phase();
        });
  }

  Verdict execute(DataSource dataSource, BranchRef ref) {
    return barrier.execute(
        dataSource,
        ref,
        c -> {
          shop.effect(c, ref);
          return ("did " + ref.phase()).getBytes(UTF_8);
        });
  }

  /** How a branch came where it is. */
  enum History {
    NONE,
    TRIED(Phase.TRY),
    CONFIRMED(Phase.TRY, Phase.CONFIRM),
    CANCELLED(Phase.TRY, Phase.CANCEL),
    CANCELLED_BEFORE(Phase.CANCEL);

    final List<Phase> phases;

    History(Phase... phases) {
      this.phases = List.of(phases);
    }
  }

  /** state: what the row holds afterwards; effects: the phases whose work has run, ever. */
  @ParameterizedTest
  @CsvSource({
    "NONE,             TRY,     Ran,         1, TRY",
    "NONE,             CONFIRM, Conflict,    0, ''",
    "NONE,             CANCEL,  EmptyCancel, 4, ''",
    "TRIED,            TRY,     Duplicate,   1, TRY",
    "TRIED,            CONFIRM, Ran,         2, TRY CONFIRM",
    "TRIED,            CANCEL,  Ran,         3, TRY CANCEL",
    "CONFIRMED,        TRY,     Duplicate,   2, TRY CONFIRM",
    "CONFIRMED,        CONFIRM, Duplicate,   2, TRY CONFIRM",
    "CONFIRMED,        CANCEL,  Conflict,    2, TRY CONFIRM",
    "CANCELLED,        TRY,     Hanging,     3, TRY CANCEL",
    "CANCELLED,        CONFIRM, Conflict,    3, TRY CANCEL",
    "CANCELLED,        CANCEL,  Duplicate,   3, TRY CANCEL",
    "CANCELLED_BEFORE, TRY,     Hanging,     4, ''",
    "CANCELLED_BEFORE, CONFIRM, Conflict,    4, ''",
    "CANCELLED_BEFORE, CANCEL,  Duplicate,   4, ''",
  })
  void every_call_meets_every_state_as_the_table_says(
      History history, Phase phase, String result, int state, String effects) throws SQLException {
    for (Phase before : history.phases) {
      call(ref(before));
    }
    for (int again = 0; again < 2; again++) {
      BarrierResult<String> got = call(ref(phase));
      if (again == 0) {
        assertThat(got.getClass().getSimpleName()).isEqualTo(result);
      } else {
        assertThat(got).as("asked again").isNotInstanceOf(BarrierResult.Ran.class);
      }
      assertThat(shop.state(ref(phase))).isEqualTo(state);
      assertThat(shop.effects(ref(phase))).isEqualTo(effects);
    }
  }

  @ParameterizedTest
  @EnumSource(value = History.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void an_older_epoch_is_refused_in_every_state_and_a_newer_one_is_remembered(History history)
      throws SQLException {
    Epoch newer = new Epoch("second", 9);
    for (Phase phase : Phase.values()) {
      String tx = "fenced-by-" + phase;
      for (Phase before : history.phases) {
        call(ref(tx, before, FIRST));
      }
      call(ref(tx, phase, newer));
      int state = shop.state(ref(tx, phase, newer));
      String effects = shop.effects(ref(tx, phase, newer));
      assertThat(shop.epoch(ref(tx, phase, newer))).isEqualTo(9);
      for (Phase stale : Phase.values()) {
        BarrierResult<String> refused = call(ref(tx, stale, FIRST));
        assertThat(refused).isEqualTo(new BarrierResult.StaleEpoch<String>(9));
        assertThat(refused.toVerdict(s -> new byte[0])).isInstanceOf(Verdict.Unknown.class);
      }
      assertThat(shop.state(ref(tx, phase, newer))).isEqualTo(state);
      assertThat(shop.effects(ref(tx, phase, newer))).isEqualTo(effects);
    }
  }

  @Test
  void duplicates_get_the_answer_of_the_first_time() throws SQLException {
    byte[] large = new byte[1 << 20];
    new Random(3).nextBytes(large);
    byte[] every = new byte[256];
    for (int i = 0; i < every.length; i++) {
      every[i] = (byte) i;
    }
    for (byte[] answer : List.of(new byte[0], every, large)) {
      String tx = "answer-" + answer.length;
      for (Phase phase : List.of(Phase.TRY, Phase.CONFIRM)) {
        byte[] mine = Arrays.copyOf(answer, answer.length);
        if (mine.length > 0) {
          mine[0] = (byte) phase.ordinal();
        }
        for (int again = 0; again < 3; again++) {
          byte[] result = again == 0 ? mine : "another".getBytes(UTF_8);
          Verdict verdict = barrier.execute(shop.dataSource(), ref(tx, phase, FIRST), c -> result);
          assertThat(verdict)
              .isInstanceOfSatisfying(
                  Verdict.Ok.class, ok -> assertThat(ok.result()).isEqualTo(mine));
        }
      }
      Verdict late = barrier.execute(shop.dataSource(), ref(tx, Phase.TRY, FIRST), c -> every);
      assertThat(late)
          .as("a try asked again after its confirm")
          .isInstanceOfSatisfying(
              Verdict.Ok.class, ok -> assertThat(ok.result()).hasSize(answer.length));
    }
  }

  @Test
  void verdicts_say_what_a_coordinator_may_conclude() throws SQLException {
    DataSource source = shop.dataSource();
    assertThat(execute(source, ref("a", Phase.TRY, FIRST))).isInstanceOf(Verdict.Ok.class);
    assertThat(execute(source, ref("a", Phase.CONFIRM, FIRST))).isInstanceOf(Verdict.Ok.class);
    assertThat(execute(source, ref("a", Phase.CANCEL, FIRST)))
        .isEqualTo(new Verdict.Conflict("confirmed"));
    assertThat(execute(source, ref("b", Phase.CANCEL, FIRST)))
        .isInstanceOfSatisfying(Verdict.Ok.class, ok -> assertThat(ok.result()).isEmpty());
    assertThat(execute(source, ref("b", Phase.TRY, FIRST))).isInstanceOf(Verdict.No.class);
    assertThat(execute(source, ref("b", Phase.CONFIRM, FIRST)))
        .isInstanceOf(Verdict.Conflict.class);
    assertThat(execute(source, ref("c", Phase.CONFIRM, FIRST)))
        .isInstanceOf(Verdict.Conflict.class);
  }

  @Test
  void a_refused_try_leaves_only_its_refusal_and_every_copy_is_refused_too() throws SQLException {
    Verdict refused =
        barrier.execute(
            shop.dataSource(),
            ref(Phase.TRY),
            c -> {
              shop.effect(c, ref(Phase.TRY));
              throw new Refusal("no stock");
            });
    assertThat(refused).isEqualTo(new Verdict.No("no stock"));
    assertThat(shop.state(ref(Phase.TRY))).isEqualTo(5);
    assertThat(shop.effects(ref(Phase.TRY))).isEmpty();
    assertThat(call(ref(Phase.TRY))).isEqualTo(new BarrierResult.Refused<byte[]>("no stock"));
    assertThat(call(ref(Phase.CONFIRM))).isInstanceOf(BarrierResult.Conflict.class);
    assertThat(call(ref(Phase.CANCEL))).isInstanceOf(BarrierResult.EmptyCancel.class);
    assertThat(call(ref(Phase.TRY))).isInstanceOf(BarrierResult.Refused.class);
    assertThat(shop.effects(ref(Phase.TRY))).isEmpty();
  }

  @Test
  void a_refused_confirm_or_cancel_leaves_the_branch_tried() throws SQLException {
    call(ref(Phase.TRY));
    for (Phase phase : List.of(Phase.CONFIRM, Phase.CANCEL)) {
      Verdict refused =
          barrier.execute(
              shop.dataSource(),
              ref(phase),
              c -> {
                throw new Refusal("not now");
              });
      assertThat(refused).isEqualTo(new Verdict.No("not now"));
      assertThat(shop.state(ref(phase))).isEqualTo(1);
    }
  }

  @Test
  void a_caller_may_go_on_after_a_refusal_and_commit_the_rest() throws SQLException {
    try (Connection connection = shop.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      shop.effect(connection, ref("before", Phase.TRY, FIRST));
      BarrierResult<byte[]> refused =
          barrier.run(
              connection,
              ref(Phase.TRY),
              Function.identity(),
              Function.identity(),
              c -> {
                shop.effect(c, ref(Phase.TRY));
                throw new Refusal("no stock");
              });
      assertThat(refused).isEqualTo(new BarrierResult.Refused<byte[]>("no stock"));
      shop.effect(connection, ref("after", Phase.TRY, FIRST));
      connection.commit();
    }
    assertThat(shop.effects(ref("before", Phase.TRY, FIRST))).isEqualTo("TRY");
    assertThat(shop.effects(ref("after", Phase.TRY, FIRST))).isEqualTo("TRY");
    assertThat(shop.effects(ref(Phase.TRY))).isEmpty();
    assertThat(shop.state(ref(Phase.TRY))).isEqualTo(5);
  }

  @Test
  void what_fails_is_undone_and_may_be_tried_again() throws SQLException {
    Verdict failed =
        barrier.execute(
            shop.dataSource(),
            ref(Phase.TRY),
            c -> {
              shop.effect(c, ref(Phase.TRY));
              try (Statement statement = c.createStatement()) {
                statement.execute("select nothing from nowhere");
              }
              return new byte[0];
            });
    assertThat(failed).isInstanceOf(Verdict.Unknown.class);
    assertThatThrownBy(
            () ->
                barrier.execute(
                    shop.dataSource(),
                    ref(Phase.TRY),
                    c -> {
                      shop.effect(c, ref(Phase.TRY));
                      throw new IllegalStateException("a bug");
                    }))
        .hasMessage("a bug");
    assertThat(shop.state(ref(Phase.TRY))).isZero();
    assertThat(shop.effects(ref(Phase.TRY))).isEmpty();
    assertThat(call(ref(Phase.TRY))).isInstanceOf(BarrierResult.Ran.class);
  }

  @Test
  void a_commit_without_an_answer_is_unknown_and_the_next_attempt_learns_the_truth()
      throws SQLException {
    FaultyDataSource faulty = new FaultyDataSource(shop.dataSource(), () -> Duration.ZERO);
    faulty.onCommit(
        (connection, commit) -> {
          commit.run();
          throw new SQLException("lost after", "08006");
        });
    assertThat(execute(faulty, ref(Phase.TRY))).isInstanceOf(Verdict.Unknown.class);
    assertThat(call(ref(Phase.TRY))).isEqualTo(new BarrierResult.Duplicate<>("did TRY"));

    faulty.onCommit(
        (connection, commit) -> {
          connection.rollback();
          throw new SQLException("lost before", "08006");
        });
    assertThat(execute(faulty, ref(Phase.CONFIRM))).isInstanceOf(Verdict.Unknown.class);
    assertThat(call(ref(Phase.CONFIRM))).isEqualTo(new BarrierResult.Ran<>("did CONFIRM"));
    assertThat(shop.effects(ref(Phase.TRY))).isEqualTo("TRY CONFIRM");
  }

  @Test
  void a_deadlock_or_serialization_failure_is_tried_again_a_bounded_number_of_times()
      throws SQLException {
    FaultyDataSource faulty = new FaultyDataSource(shop.dataSource(), () -> Duration.ZERO);
    int[] failures = {3};
    faulty.onCommit(
        (connection, commit) -> {
          if (failures[0]-- > 0) {
            connection.rollback();
            throw new SQLException("serialization failure", "40001");
          }
          commit.run();
        });
    assertThat(execute(faulty, ref(Phase.TRY))).isInstanceOf(Verdict.Ok.class);
    assertThat(shop.effects(ref(Phase.TRY))).isEqualTo("TRY");

    failures[0] = Integer.MAX_VALUE;
    assertThat(execute(faulty, ref(Phase.CONFIRM))).isInstanceOf(Verdict.Unknown.class);
    assertThat(Integer.MAX_VALUE - failures[0]).as("attempts").isEqualTo(12);
    assertThat(shop.state(ref(Phase.CONFIRM))).isEqualTo(1);
  }

  @Test
  void ids_of_full_length_and_ids_that_differ_in_case_are_kept_apart() throws SQLException {
    for (String tx : List.of("x".repeat(128), "x".repeat(127) + "X", "x".repeat(127))) {
      for (String branch : List.of("b".repeat(64), "b".repeat(63) + "B", "b".repeat(63))) {
        BranchRef ref = new BranchRef(new TxId(tx), branch, Phase.TRY, 1, FIRST, STARTED);
        assertThat(call(ref)).isInstanceOf(BarrierResult.Ran.class);
        assertThat(call(ref)).isInstanceOf(BarrierResult.Duplicate.class);
      }
    }
  }

  @Test
  void any_start_time_is_kept() throws SQLException {
    int i = 0;
    for (Instant started : List.of(Instant.MIN.plusSeconds(1), Instant.EPOCH, Instant.MAX)) {
      TxId tx = new TxId("started-" + i++);
      assertThat(call(new BranchRef(tx, "stock", Phase.TRY, 1, FIRST, started)))
          .isInstanceOf(BarrierResult.Ran.class);
    }
  }

  @Test
  void a_connection_with_autocommit_on_is_refused() throws SQLException {
    try (Connection connection = shop.dataSource().getConnection()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> call(connection, ref(Phase.TRY)))
          .withMessageContaining("autocommit");
    }
    assertThat(shop.state(ref(Phase.TRY))).isZero();
  }

  @Test
  void a_table_name_that_is_no_identifier_is_refused() {
    for (String name :
        List.of("", "1a", "A", "a-b", "a b", "a;drop table x", "x".repeat(41), "é")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> barrier(name))
          .withMessageContaining("table");
    }
  }
}
