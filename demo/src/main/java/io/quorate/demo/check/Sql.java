package io.quorate.demo.check;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Questions to a database. */
final class Sql {
  private Sql() {}

  /** One number; 0 for null. */
  static long number(Connection database, String query) throws SQLException {
    try (Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** The first column as text. */
  static List<String> texts(Connection database, String query) throws SQLException {
    List<String> texts = new ArrayList<>();
    each(database, query, row -> texts.add(row.getString(1)));
    return texts;
  }

  static void each(Connection database, String query, RowTaker taker) throws SQLException {
    try (Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        taker.take(rows);
      }
    }
  }

  @FunctionalInterface
  interface RowTaker {
    void take(ResultSet row) throws SQLException;
  }
}
