package io.quorate.benchmarks.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.benchmarks.kit.Database;
import io.quorate.benchmarks.kit.ForkSpec;
import io.quorate.benchmarks.subjects.AutocommitFloor;
import io.quorate.benchmarks.subjects.QuorateSaga;
import io.quorate.saga.Durability;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each subject on a database leaves there what it claims to have made durable. */
@Timeout(180)
final class PeersTest {
  private static final int SAGAS = 5;
  private static final Duration LIMIT = Duration.ofMinutes(1);

  @TempDir static Path work;

  private static PostgresServer server;

  @BeforeAll
  static void start() throws Exception {
    server = PostgresServer.start(work.resolve("postgres"));
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Test
  void server_forces_what_it_commits() throws Exception {
    assertThat(server.describe()).contains("fsync=on", "synchronous_commit=on");
  }

  @Test
  void floor_commits_four_times_and_leaves_a_finished_row() throws Exception {
    run(
        SubjectSpec.ours("floor", AutocommitFloor.class, Map.of()),
        "floor",
        "select count(*) from saga where step = 3",
        SAGAS);
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void ours_leaves_ended_transactions(Durability durability) throws Exception {
    run(
        SubjectSpec.ours(
            "ours", QuorateSaga.class, Map.of(QuorateSaga.DURABILITY, durability.name())),
        "ours",
        "select count(*) from tx_head where status = 2",
        SAGAS);
  }

  @Test
  void seata_leaves_finished_sagas_with_three_finished_steps_each() throws Exception {
    run(
        SubjectSpec.peer("seata", "seata", "io.quorate.benchmarks.peers.seata.SeataSaga"),
        "seata",
        """
        select count(*) from seata_state_machine_inst saga
        where status = 'SU' and not is_running
          and 3 = (select count(*) from seata_state_inst step
                   where step.machine_inst_id = saga.id and step.status = 'SU')
        """,
        SAGAS);
  }

  @Test
  void dbos_leaves_finished_workflows_with_three_recorded_steps_each() throws Exception {
    run(
        SubjectSpec.peer("dbos", "dbos", "io.quorate.benchmarks.peers.dbos.DbosWorkflow"),
        "dbos",
        """
        select count(*) from dbos.workflow_status workflow
        where status = 'SUCCESS'
          and 3 = (select count(*) from dbos.operation_outputs step
                   where step.workflow_uuid = workflow.workflow_uuid)
        """,
        SAGAS);
  }

  private static void run(SubjectSpec subject, String database, String finished, int expected)
      throws Exception {
    Database given = server.create(database);
    Path directory = WorkDirectory.emptied(work.resolve(database));
    ForkSpec spec =
        new ForkSpec(
            subject.className(), subject.options(), directory, given, new ForkSpec.Count(SAGAS));
    try (LiveProcesses processes = LiveProcesses.guarded()) {
      Forks forks = new Forks(new ClassPaths(Path.of("").toAbsolutePath()), processes);
      ForkOutcome outcome =
          forks.run(List.of(), subject.home(), spec, work.resolve(database + ".log"), LIMIT);
      assertThat(outcome).isInstanceOf(ForkOutcome.Finished.class);
    }
    try (Connection connection = DriverManager.getConnection(given.url(), given.user(), "");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(finished)) {
      rows.next();
      assertThat(rows.getInt(1)).isEqualTo(expected);
    }
    server.drop(database);
  }
}
