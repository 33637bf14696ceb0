package io.quorate.testkit.containers;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Ports;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.wait.strategy.LogMessageWaitStrategy;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** The PostgreSQL image is durable as configured, and keeps its word when it is killed. */
@NeedsDocker
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PostgresImageTest {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final String READY = ".*database system is ready to accept connections.*\\s";

  private final PostgreSQLContainer postgres =
      new PostgreSQLContainer(Images.postgres())
          .withStartupTimeout(PATIENCE)
          // Replaces the container's own command, which turns fsync off.
          .withCommand("postgres", "-c", "max_prepared_transactions=16");

  @BeforeAll
  void start() {
    postgres.start();
  }

  @AfterAll
  void stop() {
    postgres.stop();
  }

  @Test
  void durable_settings_are_on() throws Exception {
    try (Connection connection = connect()) {
      for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
        assertThat(strings(connection, "SHOW " + setting)).as(setting).containsExactly("on");
      }
    }
  }

  @Test
  void a_prepared_transaction_is_finished_by_another_connection() throws Exception {
    try (Connection connection = connect()) {
      run(connection, "CREATE TABLE prepared (id int)");
      run(connection, "BEGIN", "INSERT INTO prepared VALUES (1)", "PREPARE TRANSACTION 'other'");
    }
    try (Connection other = connect()) {
      assertThat(strings(other, "SELECT id FROM prepared")).isEmpty();
      run(other, "COMMIT PREPARED 'other'");
      assertThat(strings(other, "SELECT id FROM prepared")).containsExactly("1");
    }
  }

  @Test
  void what_was_acknowledged_survives_a_kill() throws Exception {
    try (Connection lost = connect()) {
      run(lost, "CREATE TABLE survivors (what text)", "INSERT INTO survivors VALUES ('committed')");
      run(lost, "BEGIN", "INSERT INTO survivors VALUES ('prepared')", "PREPARE TRANSACTION 'kept'");
      run(lost, "BEGIN", "INSERT INTO survivors VALUES ('open')");
      killAndRestart();
    }
    try (Connection connection = connect()) {
      assertThat(strings(connection, "SELECT what FROM survivors")).containsExactly("committed");
      assertThat(strings(connection, "SELECT gid FROM pg_prepared_xacts WHERE gid = 'kept'"))
          .containsExactly("kept");
      run(connection, "COMMIT PREPARED 'kept'");
      assertThat(strings(connection, "SELECT what FROM survivors"))
          .containsExactlyInAnyOrder("committed", "prepared");
    }
  }

  private void killAndRestart() {
    DockerClient docker = DockerClientFactory.instance().client();
    docker.killContainerCmd(postgres.getContainerId()).withSignal("KILL").exec();
    docker.waitContainerCmd(postgres.getContainerId()).start().awaitStatusCode();
    docker.startContainerCmd(postgres.getContainerId()).exec();
    // Twice when it was set up, once now.
    new LogMessageWaitStrategy()
        .withRegEx(READY)
        .withTimes(3)
        .withStartupTimeout(PATIENCE)
        .waitUntilReady(postgres);
  }

  /** A restarted container has other host ports than the ones its object remembers. */
  private Connection connect() throws SQLException {
    Ports.Binding[] bindings =
        postgres
            .getCurrentContainerInfo()
            .getNetworkSettings()
            .getPorts()
            .getBindings()
            .get(ExposedPort.tcp(PostgreSQLContainer.POSTGRESQL_PORT));
    String port = requireNonNull(bindings, "the port is published")[0].getHostPortSpec();
    String url =
        "jdbc:postgresql://%s:%s/%s"
            .formatted(postgres.getHost(), port, postgres.getDatabaseName());
    return DriverManager.getConnection(url, postgres.getUsername(), postgres.getPassword());
  }

  private static void run(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static List<String> strings(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> strings = new ArrayList<>();
      while (rows.next()) {
        strings.add(rows.getString(1));
      }
      return strings;
    }
  }
}
