package io.quorate.demo.database;

import io.quorate.core.tx.barrier.Barrier;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The three databases of one run on one PostgreSQL server.
 *
 * @param serverUrl a JDBC URL of the server, with a role that may create databases
 * @param suffix what sets this run's databases apart from others on the same server; may be empty
 */
public record Databases(String serverUrl, String suffix) {
  private static final Pattern URL = Pattern.compile("(jdbc:postgresql://[^/?]+/)([^?]*)(\\?.*)?");

  public Databases {
    if (!isSupported(serverUrl)) {
      throw new IllegalArgumentException(
          "--jdbc-url: %s (expected: jdbc:postgresql://host[:port]/database?user=…)"
              .formatted(withoutSecrets(serverUrl)));
    }
    if (!suffix.matches("[a-z0-9_]*")) {
      throw new IllegalArgumentException("suffix: " + suffix + " (expected: a-z, 0-9 and _)");
    }
  }

  /** Whether a URL has the form that this class can derive others from. */
  public static boolean isSupported(String url) {
    return URL.matcher(url).matches();
  }

  private static String withoutSecrets(String url) {
    return url.replaceAll("\\?.*", "?…");
  }

  /** The URL of a department's database. */
  public String url(Department department) {
    Matcher parts = URL.matcher(serverUrl);
    if (!parts.matches()) {
      throw new IllegalStateException("checked when made");
    }
    String parameters = parts.group(3);
    return parts.group(1) + name(department) + (parameters == null ? "" : parameters);
  }

  /** The name of a department's database. */
  public String name(Department department) {
    return department.lowerName() + suffix;
  }

  /** A new connection to a department's database; the caller closes it. */
  public Connection connect(Department department) throws SQLException {
    return DriverManager.getConnection(url(department));
  }

  /** Makes the databases and their tables. */
  public void create() throws SQLException {
    try (Connection server = DriverManager.getConnection(serverUrl);
        Statement sql = server.createStatement()) {
      for (Department department : Department.values()) {
        sql.execute("create database " + name(department));
      }
    }
    for (Department department : Department.values()) {
      try (Connection database = connect(department);
          Statement sql = database.createStatement()) {
        sql.execute(schema(department));
        Barrier.postgres().createTable(database);
      }
    }
  }

  private static String schema(Department department) {
    String file = department.lowerName() + ".sql";
    try (InputStream in = Databases.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes the databases, whoever is still connected to them. */
  public void drop() throws SQLException {
    try (Connection server = DriverManager.getConnection(serverUrl);
        Statement sql = server.createStatement()) {
      for (Department department : Department.values()) {
        sql.execute("drop database if exists %s with (force)".formatted(name(department)));
      }
    }
  }

  /** What the server says of itself: its version, and how durable a commit is. */
  public Server server() throws SQLException {
    try (Connection server = DriverManager.getConnection(serverUrl);
        Statement sql = server.createStatement()) {
      return new Server(
          server.getMetaData().getDatabaseProductVersion(),
          show(sql, "fsync"),
          show(sql, "synchronous_commit"),
          show(sql, "max_prepared_transactions"));
    }
  }

  private static String show(Statement sql, String setting) throws SQLException {
    try (ResultSet rows = sql.executeQuery("show " + setting)) {
      rows.next();
      return rows.getString(1);
    }
  }

  /** A server's settings, as it shows them. */
  public record Server(
      String version, String fsync, String synchronousCommit, String maxPreparedTransactions) {
    @Override
    public String toString() {
      return "PostgreSQL %s, fsync %s, synchronous_commit %s, max_prepared_transactions %s"
          .formatted(version, fsync, synchronousCommit, maxPreparedTransactions);
    }
  }
}
