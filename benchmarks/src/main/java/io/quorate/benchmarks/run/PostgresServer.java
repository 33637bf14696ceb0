package io.quorate.benchmarks.run;

import io.quorate.benchmarks.kit.Database;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One PostgreSQL server for a whole run, on the measured file system, that forces every commit to
 * disk. Stops when it is closed or the JVM shuts down.
 */
public final class PostgresServer implements AutoCloseable {
  /** The embedded server's own defaults trade durability for speed: take that back. */
  private static final Map<String, String> DURABLE =
      Map.of("fsync", "on", "synchronous_commit", "on", "full_page_writes", "on");

  private static final Map<String, String> SETTINGS =
      Map.of("max_connections", "300", "max_wal_size", "4GB");

  private static final List<String> REPORTED =
      List.of("fsync", "synchronous_commit", "wal_sync_method");

  private static final Duration START_MAX = Duration.ofSeconds(60);
  private static final Duration LEAVE_MAX = Duration.ofSeconds(10);
  private static final String USER = "postgres";

  private final EmbeddedPostgres server;
  private final long pid;

  private PostgresServer(EmbeddedPostgres server, long pid) {
    this.server = server;
    this.pid = pid;
  }

  /**
   * Starts a server.
   *
   * @param directory for its data; emptied first
   * @throws IllegalStateException when it would not be durable
   */
  public static PostgresServer start(Path directory) throws IOException, SQLException {
    Path data = WorkDirectory.emptied(directory);
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(data)
            .setCleanDataDirectory(true)
            .setPGStartupWait(START_MAX);
    DURABLE.forEach(builder::setServerConfig);
    SETTINGS.forEach(builder::setServerConfig);
    EmbeddedPostgres embedded = builder.start();
    try {
      long pid = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).getFirst());
      PostgresServer server = new PostgresServer(embedded, pid);
      for (Map.Entry<String, String> setting : DURABLE.entrySet()) {
        String actual = server.ask("show " + setting.getKey());
        if (!actual.equals(setting.getValue())) {
          throw new IllegalStateException(
              "%s: %s (expected: %s)".formatted(setting.getKey(), actual, setting.getValue()));
        }
      }
      return server;
    } catch (IOException | SQLException | RuntimeException failed) {
      embedded.close();
      throw failed;
    }
  }

  /** Version and the settings that matter, in one line. */
  public String describe() throws SQLException {
    List<String> facts = new ArrayList<>(List.of("PostgreSQL " + ask("show server_version")));
    for (String setting : REPORTED) {
      facts.add(setting + "=" + ask("show " + setting));
    }
    return String.join(", ", facts);
  }

  /** Makes an empty database. */
  public Database create(String name) throws SQLException {
    execute("create database " + name);
    return new Database(server.getJdbcUrl(USER, name), USER, pid);
  }

  /** Removes a database, and whoever is still connected to it. */
  public void drop(String name) throws SQLException {
    execute("drop database " + name + " with (force)");
  }

  /**
   * How often the server has forced its log for a client, and how many transactions it has
   * committed in one database, since it started.
   *
   * @param logForces calls of fsync or fdatasync by the processes that serve connections
   */
  public record Counters(long logForces, long commits) {}

  /**
   * Reads the counters once everybody has left the database: a server process hands its figures in
   * when its connection ends.
   *
   * @throws IllegalStateException when somebody stays
   */
  public Counters countersAfterLeaving(String name) throws SQLException {
    String present = "select count(*) from pg_stat_activity where datname = '" + name + "'";
    long deadline = System.nanoTime() + LEAVE_MAX.toNanos();
    while (!ask(present).equals("0")) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            name + ": still connected after " + LEAVE_MAX + " (expected: nobody)");
      }
      execute("select pg_sleep(0.05)");
    }
    return new Counters(
        Long.parseLong(
            ask(
                "select coalesce(sum(fsyncs), 0) from pg_stat_io"
                    + " where object = 'wal' and backend_type = 'client backend'")),
        Long.parseLong(
            ask("select xact_commit from pg_stat_database where datname = '" + name + "'")));
  }

  private String ask(String query) throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery(query)) {
      answer.next();
      return answer.getString(1);
    }
  }

  private void execute(String command) throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(command);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
