package io.quorate.demo.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.demo.database.Department;
import io.quorate.demo.wire.Placed;
import io.quorate.demo.wire.StandingReply;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In a sound world every promise holds; each violation breaks the promises it must, no others. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AuditTest {
  private static final StandingReply AT_REST = StandingReply.getDefaultInstance();

  private EmbeddedPostgres server;
  private SmallWorld world;

  @BeforeAll
  void start() throws Exception {
    server = EmbeddedPostgres.builder().setServerConfig("max_prepared_transactions", "4").start();
    world = SmallWorld.in(server.getJdbcUrl("postgres", "postgres"));
  }

  @AfterAll
  void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void renew() throws SQLException {
    world.renew();
  }

  private List<Finding> audit(StandingReply coordinator) throws SQLException {
    return Audit.of(world.databases(), world.answers(), SmallWorld.PLACED, coordinator);
  }

  private List<String> broken(StandingReply coordinator) throws SQLException {
    return audit(coordinator).stream()
        .filter(finding -> !finding.holds())
        .map(Finding::promise)
        .toList();
  }

  @Test
  void a_sound_world_keeps_every_promise() throws SQLException {
    assertThat(audit(AT_REST)).hasSize(15).allMatch(Finding::holds);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          money appears in an account | PAYMENT | update account set balance = balance + 1 where customer = 1 | money is conserved; every account agrees with its entries
          money changes the account   | PAYMENT | update account set balance = balance + 1 - 2 * (customer - 1) | every account agrees with its entries
          a till is robbed            | PAYMENT | update till set cents = cents - 1 where number = 1 | money is conserved; the tills hold what was captured
          captured twice              | PAYMENT | insert into entry (order_id, customer, kind, cents) values ('done', 1, 'capture', 100); update till set cents = cents + 100 where number = 1 | no money is left authorized; nothing was done twice; done is paid, picked and shipped, once and exactly
          authorized twice            | PAYMENT | insert into entry (order_id, customer, kind, cents) values ('done', 1, 'authorize', 100); update account set balance = balance - 100 where customer = 1 | no money is left authorized; nothing was done twice; done is paid, picked and shipped, once and exactly
          a void is lost              | PAYMENT | delete from entry where kind = 'void'; update account set balance = balance - 50 where customer = 2 | no money is left authorized; undone leaves nothing behind
          voided twice                | PAYMENT | insert into entry (order_id, customer, kind, cents) values ('undone', 2, 'void', 50); update account set balance = balance + 50 where customer = 2 | no money is left authorized; nothing was done twice; undone leaves nothing behind
          captured too much           | PAYMENT | update entry set cents = 101 where order_id = 'done'; update account set balance = balance - 1 where customer = 1; update till set cents = cents + 1 where number = 1 | done is paid, picked and shipped, once and exactly
          paid though undone          | PAYMENT | delete from entry where kind = 'void'; insert into entry (order_id, customer, kind, cents) values ('undone', 2, 'capture', 50); update account set balance = balance - 50 where customer = 2; update till set cents = cents + 50 where number = 2 | undone leaves nothing behind
          an account below zero       | PAYMENT | update account set opening = 50, balance = -50 where customer = 1 | every account agrees with its entries
          a piece vanishes            | STOCK | update item set available = available - 1 where sku = 'tea' | stock is consistent
          a piece is sold unpicked    | STOCK | update item set available = available - 1, sold = sold + 1 where sku = 'tea' | stock is consistent; what left the shelf was shipped
          a hold is lost              | STOCK | delete from movement where kind = 'release'; update item set available = available - 1, held = held + 1 where sku = 'tea' | no piece is left on hold; undone leaves nothing behind
          picked twice                | STOCK | insert into movement (order_id, sku, kind, quantity) values ('done', 'tea', 'pick', 2); update item set held = held - 2, sold = sold + 2 where sku = 'tea' | what left the shelf was shipped; no piece is left on hold; nothing was done twice; done is paid, picked and shipped, once and exactly
          held though nothing is      | STOCK | update item set available = available - 1, held = held + 1 where sku = 'tea' | stock is consistent; no piece is left on hold
          shipped twice               | SHIPPING | insert into parcel (order_id, sku, quantity, address) values ('done', 'tea', 2, 'city') | what left the shelf was shipped; nothing was done twice; done is paid, picked and shipped, once and exactly
          never shipped               | SHIPPING | delete from parcel | what left the shelf was shipped; done is paid, picked and shipped, once and exactly
          shipped though undone       | SHIPPING | update parcel set order_id = 'undone' | done is paid, picked and shipped, once and exactly; undone leaves nothing behind
          shipped for nobody          | SHIPPING | insert into parcel (order_id, sku, quantity, address) values ('nobodys', 'air', 0, 'city') | nothing was done for an order nobody was told of
          a done branch cancelled     | PAYMENT | update tx_barrier set state = 3 where tx = 'done' and branch = 'capture-payment' | the barriers agree with the outcomes
          an undone branch stands     | STOCK | update tx_barrier set state = 1 where tx = 'undone' | the barriers agree with the outcomes
          a branch of none            | STOCK | delete from tx_barrier where tx = 'done' and branch = 'pick-stock' | the barriers agree with the outcomes
          a branch of nobody          | SHIPPING | insert into tx_barrier (tx, branch, state, epoch, started) values ('nobodys', 'ship', 1, 1, 0) | the barriers agree with the outcomes
          """)
  void a_violation_breaks_its_promises(
      String violation, Department department, String sql, String promises) throws SQLException {
    world.change(department, sql);
    assertThat(broken(AT_REST)).as(violation).containsExactlyInAnyOrder(promises.split("; "));
  }

  @Test
  void a_prepared_transaction_is_in_doubt() throws SQLException {
    world.change(Department.PAYMENT, "begin; prepare transaction 'left'");
    try {
      assertThat(broken(AT_REST)).containsExactly("nothing is left in doubt");
    } finally {
      world.change(Department.PAYMENT, "rollback prepared 'left'");
    }
  }

  @Test
  void an_unfinished_saga_is_in_doubt() throws SQLException {
    assertThat(broken(AT_REST.toBuilder().setUnfinished(1).build()))
        .containsExactly("nothing is left in doubt");
    assertThat(broken(AT_REST.toBuilder().setParked(1).build()))
        .containsExactly("nothing is left in doubt");
  }

  @Test
  void a_client_without_an_answer_is_missed() throws SQLException {
    assertThat(
            Audit.of(world.databases(), world.answers(), SmallWorld.PLACED + 1, AT_REST).stream()
                .filter(finding -> !finding.holds())
                .map(Finding::promise))
        .containsExactly("every order ended");
  }

  @Test
  void a_parked_order_has_not_ended() throws SQLException {
    world.told("stuck", Placed.Result.PARKED, "");
    assertThat(
            Audit.of(world.databases(), world.answers(), SmallWorld.PLACED + 1, AT_REST).stream()
                .filter(finding -> !finding.holds())
                .map(Finding::promise))
        .containsExactly("every order ended");
  }

  @Test
  void a_second_answer_that_differs_is_found() throws SQLException {
    world.told("done", Placed.Result.DONE, "");
    assertThat(broken(AT_REST)).isEmpty();
    world.told("done", Placed.Result.UNDONE, "changed our mind");
    assertThat(broken(AT_REST)).containsExactly("an order placed again gets the same answer");
  }

  @Test
  void figures_name_what_is_wrong() throws SQLException {
    world.change(Department.PAYMENT, "update till set cents = cents - 1 where number = 1");
    assertThat(audit(AT_REST))
        .extracting(Finding::figures)
        .contains("10.00 opened = 9.00 in accounts + 0.99 in tills + 0.00 authorized");
    world.change(Department.SHIPPING, "delete from parcel");
    assertThat(audit(AT_REST))
        .extracting(Finding::figures)
        .contains("1 told done, 1 are not: done");
  }
}
