package io.quorate.demo.load;

import io.quorate.demo.database.Databases;
import io.quorate.demo.database.Department;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** The state of the shop before the first order. */
public final class Opening {
  /** How many tills there are. */
  public static final int TILLS = 16;

  private Opening() {}

  /** Fills the warehouse, the accounts and the tills. */
  public static void fill(Databases databases, OrderMix mix) throws SQLException {
    fillStock(databases, mix);
    fillPayment(databases, mix);
  }

  private static void fillStock(Databases databases, OrderMix mix) throws SQLException {
    try (Connection stock = databases.connect(Department.STOCK);
        PreparedStatement item =
            stock.prepareStatement("insert into item (sku, initial, available) values (?, ?, ?)")) {
      for (int i = 0; i < OrderMix.ITEMS; i++) {
        addItem(item, OrderMix.sku(i), OrderMix.PLENTY);
      }
      for (int i = 0; i < OrderMix.RARE_ITEMS; i++) {
        addItem(item, OrderMix.rareSku(i), mix.rareInitial());
      }
      item.executeBatch();
    }
  }

  private static void addItem(PreparedStatement item, String sku, long initial)
      throws SQLException {
    item.setString(1, sku);
    item.setLong(2, initial);
    item.setLong(3, initial);
    item.addBatch();
  }

  private static void fillPayment(Databases databases, OrderMix mix) throws SQLException {
    try (Connection payment = databases.connect(Department.PAYMENT);
        PreparedStatement account =
            payment.prepareStatement(
                "insert into account (customer, opening, balance) values (?, ?, ?)");
        PreparedStatement till =
            payment.prepareStatement("insert into till (number, cents) values (?, 0)")) {
      for (int customer = 0; customer < mix.customers(); customer++) {
        account.setInt(1, customer);
        account.setLong(2, mix.openingCents(customer));
        account.setLong(3, mix.openingCents(customer));
        account.addBatch();
      }
      account.executeBatch();
      for (int number = 0; number < TILLS; number++) {
        till.setInt(1, number);
        till.addBatch();
      }
      till.executeBatch();
    }
  }
}
