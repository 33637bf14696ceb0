package io.quorate.testkit.barrier;

import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.Phase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * A participant's business: accounts whose money is available, frozen or spent, and a list of all
 * that was ever done, without any key that would hide a double effect. Looks at the barrier's table
 * by itself, not through the library.
 */
record Shop(DataSource dataSource, String table) {
  static final int ACCOUNTS = 8;
  static final long MONEY = 1_000_000;

  void create() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "create table "
              + table
              + "_effects (tx varchar(200), branch varchar(64), phase varchar(9))");
      statement.execute(
          "create table "
              + table
              + "_account (id int primary key, avail bigint, frozen bigint, spent bigint)");
      for (int id = 0; id < ACCOUNTS; id++) {
        statement.execute(
            "insert into " + table + "_account values (" + id + ", " + MONEY + ", 0, 0)");
      }
    }
  }

  /** Leaves a trace and moves one unit. */
  void effect(Connection connection, BranchRef ref) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("insert into " + table + "_effects values (?, ?, ?)")) {
      insert.setString(1, ref.tx().value());
      insert.setString(2, ref.branch());
      insert.setString(3, ref.phase().name());
      insert.executeUpdate();
    }
    String move =
        switch (ref.phase()) {
          case TRY -> "avail = avail - 1, frozen = frozen + 1";
          case CONFIRM -> "frozen = frozen - 1, spent = spent + 1";
          case CANCEL -> "avail = avail + 1, frozen = frozen - 1";
        };
    try (PreparedStatement update =
        connection.prepareStatement("update " + table + "_account set " + move + " where id = ?")) {
      update.setInt(1, Math.floorMod(ref.tx().hashCode(), ACCOUNTS));
      update.executeUpdate();
    }
  }

  /** The phases that had an effect, in the order of {@link Phase}, as often as they had one. */
  String effects(BranchRef ref) throws SQLException {
    List<String> all = new ArrayList<>();
    for (Phase phase : Phase.values()) {
      int count =
          (int)
              number(
                  "select count(*) from "
                      + table
                      + "_effects where tx = ? and branch = ? and phase = '"
                      + phase
                      + "'",
                  ref);
      for (int i = 0; i < count; i++) {
        all.add(phase.name());
      }
    }
    return String.join(" ", all);
  }

  /** The state in the branch's row; 0: there is none. */
  int state(BranchRef ref) throws SQLException {
    return (int) number("select state from " + table + " where tx = ? and branch = ?", ref);
  }

  long epoch(BranchRef ref) throws SQLException {
    return number("select epoch from " + table + " where tx = ? and branch = ?", ref);
  }

  /** All money, wherever it is, and what is frozen. */
  long[] moneyAndFrozen() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select sum(avail + frozen + spent), sum(frozen) from " + table + "_account")) {
      row.next();
      return new long[] {row.getLong(1), row.getLong(2)};
    }
  }

  int rows() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select count(*) from " + table)) {
      row.next();
      return row.getInt(1);
    }
  }

  long number(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  private long number(String sql, BranchRef ref) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, ref.tx().value());
      select.setString(2, ref.branch());
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getLong(1) : 0;
      }
    }
  }
}
