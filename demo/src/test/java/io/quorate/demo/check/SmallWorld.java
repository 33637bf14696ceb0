package io.quorate.demo.check;

import io.quorate.demo.database.Databases;
import io.quorate.demo.database.Department;
import io.quorate.demo.load.Answer;
import io.quorate.demo.load.Answers;
import io.quorate.demo.wire.Line;
import io.quorate.demo.wire.Order;
import io.quorate.demo.wire.Placed;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Three databases after three orders: "done" went all the way, "undone" was undone after its money
 * and its tea were set aside, "refused" never got that far.
 */
final class SmallWorld {
  static final int PLACED = 3;

  private final Databases databases;
  private Answers answers = new Answers();

  private SmallWorld(Databases databases) {
    this.databases = databases;
  }

  static SmallWorld in(String serverUrl) throws SQLException {
    Databases databases = new Databases(serverUrl, "");
    databases.create();
    return new SmallWorld(databases);
  }

  Databases databases() {
    return databases;
  }

  Answers answers() {
    return answers;
  }

  /** As if nothing but the three orders had ever happened. */
  void renew() throws SQLException {
    change(
        Department.PAYMENT,
        """
        truncate account, till, entry, tx_barrier;
        insert into account values (1, 500, 400), (2, 500, 500);
        insert into till values (1, 100), (2, 0);
        insert into entry (order_id, customer, kind, cents) values
          ('done', 1, 'authorize', 100), ('done', 1, 'capture', 100),
          ('undone', 2, 'authorize', 50), ('undone', 2, 'void', 50);
        insert into tx_barrier (tx, branch, state, epoch, started) values
          ('done', 'authorize-payment', 1, 1, 0), ('done', 'capture-payment', 1, 1, 0),
          ('undone', 'authorize-payment', 3, 1, 0), ('refused', 'authorize-payment', 4, 1, 0)\
        """);
    change(
        Department.STOCK,
        """
        truncate item, movement, tx_barrier;
        insert into item values ('tea', 10, 8, 0, 2), ('pot', 3, 3, 0, 0);
        insert into movement (order_id, sku, kind, quantity) values
          ('done', 'tea', 'hold', 2), ('done', 'tea', 'pick', 2),
          ('undone', 'tea', 'hold', 1), ('undone', 'tea', 'release', 1);
        insert into tx_barrier (tx, branch, state, epoch, started) values
          ('done', 'hold-stock', 1, 1, 0), ('done', 'pick-stock', 1, 1, 0),
          ('undone', 'hold-stock', 3, 1, 0)\
        """);
    change(
        Department.SHIPPING,
        """
        truncate parcel, tx_barrier;
        insert into parcel (order_id, sku, quantity, address) values ('done', 'tea', 2, 'city');
        insert into tx_barrier (tx, branch, state, epoch, started) values
          ('done', 'ship', 1, 1, 0)\
        """);
    answers = new Answers();
    told("done", Placed.Result.DONE, "");
    told("undone", Placed.Result.UNDONE, "capture-payment refused");
    told("refused", Placed.Result.UNDONE, "authorize-payment refused: card declined");
  }

  void told(String order, Placed.Result result, String why) {
    answers.add(
        new Answer(
            Order.newBuilder()
                .setId(order)
                .addLines(Line.newBuilder().setSku("tea").setQuantity(2).setCentsEach(50))
                .build(),
            result,
            why,
            1,
            1));
  }

  void change(Department department, String sql) throws SQLException {
    try (Connection database = databases.connect(department);
        Statement statement = database.createStatement()) {
      for (String one : sql.split(";\\s*")) {
        statement.execute(one);
      }
    }
  }
}
