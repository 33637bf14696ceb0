package io.quorate.demo.check;

import io.quorate.demo.database.Databases;
import io.quorate.demo.database.Department;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * A connection to each of the three databases.
 *
 * @param stock what is on the shelves
 * @param payment accounts and tills
 * @param shipping the parcels
 */
record Books(Connection stock, Connection payment, Connection shipping) implements AutoCloseable {
  static Books open(Databases databases) throws SQLException {
    Connection stock = databases.connect(Department.STOCK);
    try {
      Connection payment = databases.connect(Department.PAYMENT);
      try {
        return new Books(stock, payment, databases.connect(Department.SHIPPING));
      } catch (SQLException | RuntimeException | Error e) {
        payment.close();
        throw e;
      }
    } catch (SQLException | RuntimeException | Error e) {
      stock.close();
      throw e;
    }
  }

  Connection of(Department department) {
    return switch (department) {
      case STOCK -> stock;
      case PAYMENT -> payment;
      case SHIPPING -> shipping;
    };
  }

  @Override
  public void close() throws SQLException {
    try (stock;
        payment;
        shipping) {
      // Each is closed, whatever closing another does.
    }
  }
}
