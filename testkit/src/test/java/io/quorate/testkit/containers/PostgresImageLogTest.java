package io.quorate.testkit.containers;

import io.quorate.testkit.log.JdbcHome;
import io.quorate.testkit.log.LogHome;
import io.quorate.testkit.log.PostgresServer;
import io.quorate.testkit.log.TransactionLogContract;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.postgresql.ds.PGSimpleDataSource;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** The contract of the transaction log on the PostgreSQL of an image. */
@NeedsDocker
final class PostgresImageLogTest extends TransactionLogContract {
  private static PostgreSQLContainer postgres;

  @BeforeAll
  static void start() {
    postgres =
        new PostgreSQLContainer(Images.postgres())
            // Replaces the container's own command, which turns fsync off.
            .withCommand("postgres", "-c", "max_connections=200");
    postgres.start();
  }

  @AfterAll
  static void stop() {
    if (postgres != null) {
      postgres.stop();
    }
  }

  @Override
  protected LogHome newHome() {
    return new JdbcHome(
        new JdbcHome.Server() {
          @Override
          public DataSource dataSource(String owner) {
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setURL(postgres.getJdbcUrl());
            source.setUser(postgres.getUsername());
            source.setPassword(postgres.getPassword());
            source.setApplicationName(owner);
            return source;
          }

          @Override
          public void terminate(String owner) throws SQLException {
            PostgresServer.terminate(dataSource("terminator"), owner);
          }
        });
  }
}
