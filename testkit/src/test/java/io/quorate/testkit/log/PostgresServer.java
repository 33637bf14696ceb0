package io.quorate.testkit.log;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** One real PostgreSQL for all tests of this JVM, durable as in production. */
public final class PostgresServer {
  private static final AtomicInteger NAMES = new AtomicInteger();

  private PostgresServer() {}

  /** Started by the first test that asks, stopped with the JVM. */
  private static final class Holder {
    static final EmbeddedPostgres SERVER = start();

    private static EmbeddedPostgres start() {
      try {
        // The launcher turns both off unless told otherwise.
        EmbeddedPostgres server =
            EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", "200")
                .start();
        Runtime.getRuntime()
            .addShutdownHook(
                Thread.ofPlatform()
                    .unstarted(
                        () -> {
                          try {
                            server.close();
                          } catch (IOException leftForTheSystem) {
                            // The JVM ends; there is nobody to tell.
                          }
                        }));
        return server;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** A name no other test of this JVM uses. */
  public static String uniqueName(String prefix) {
    return prefix + NAMES.incrementAndGet();
  }

  /** Connections that carry {@code applicationName}, so that they can be found on the server. */
  public static PGSimpleDataSource dataSource(String applicationName) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setURL(Holder.SERVER.getJdbcUrl("postgres", "postgres"));
    source.setUser("postgres");
    source.setApplicationName(applicationName);
    return source;
  }

  /** Ends all connections of an application and waits until the server has forgotten them. */
  public static void terminate(String applicationName) throws SQLException {
    terminate(dataSource("terminator"), applicationName);
  }

  /** The same on the server of {@code administrator}. */
  public static void terminate(DataSource administrator, String applicationName)
      throws SQLException {
    try (Connection connection = administrator.getConnection();
        Statement statement = connection.createStatement()) {
      String sql =
          "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = '"
              + applicationName
              + "'";
      int left;
      do {
        try (ResultSet row = statement.executeQuery(sql)) {
          row.next();
          left = row.getInt(1);
        }
      } while (left > 0);
    }
  }
}
