package io.quorate.benchmarks;

import io.quorate.benchmarks.run.Benchmark;
import io.quorate.benchmarks.run.Benchmark.Comparison;
import io.quorate.benchmarks.run.SubjectSpec;
import io.quorate.benchmarks.subjects.AutocommitFloor;
import io.quorate.benchmarks.subjects.ForceEachAppend;
import io.quorate.benchmarks.subjects.ForcePerFile;
import io.quorate.benchmarks.subjects.QuorateSaga;
import io.quorate.benchmarks.subjects.QuorateWal;
import io.quorate.saga.Durability;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The side-by-side benchmarks there are. */
final class Catalog {
  private static final SubjectSpec FLOOR =
      SubjectSpec.ours("floor: 4 autocommits", AutocommitFloor.class, Map.of()).onPostgres();
  private static final SubjectSpec SEATA =
      SubjectSpec.peer(
              "Seata saga engine 2.6.0", "seata", "io.quorate.benchmarks.peers.seata.SeataSaga")
          .onPostgres();
  private static final SubjectSpec DBOS =
      SubjectSpec.peer(
              "DBOS Transact 1.1.0-m6", "dbos", "io.quorate.benchmarks.peers.dbos.DbosWorkflow")
          .onPostgres();

  private static final SubjectSpec JDBC_EACH = saga("JDBC log", Durability.EVERY_STEP).onPostgres();
  private static final SubjectSpec JDBC_START =
      saga("JDBC log", Durability.START_DURABLE).onPostgres();
  private static final SubjectSpec FILE_EACH = saga("file log", Durability.EVERY_STEP);
  private static final SubjectSpec FILE_START = saga("file log", Durability.START_DURABLE);

  private static final Benchmark SAGA =
      new Benchmark(
          "saga",
          "sagas of three steps that do nothing, run to the end and durable",
          "sagas",
          List.of(FLOOR, SEATA, DBOS, JDBC_EACH, JDBC_START, FILE_EACH, FILE_START),
          List.of(
              new Comparison(SEATA.name(), FLOOR.name()),
              new Comparison(DBOS.name(), FLOOR.name()),
              new Comparison(JDBC_EACH.name(), FLOOR.name()),
              new Comparison(JDBC_EACH.name(), SEATA.name()),
              new Comparison(JDBC_EACH.name(), DBOS.name()),
              new Comparison(FILE_EACH.name(), FLOOR.name()),
              new Comparison(FILE_EACH.name(), SEATA.name()),
              new Comparison(FILE_EACH.name(), DBOS.name()),
              new Comparison(JDBC_START.name(), JDBC_EACH.name()),
              new Comparison(FILE_START.name(), FILE_EACH.name())),
          List.of(
              "The floor keeps one row of progress and nothing else: it cannot compensate, recover"
                  + " or return results. It bounds what four separate commits cost.",
              "Seata runs its engine alone: no transaction coordinator is told, which a production"
                  + " set-up would add as network calls. Steps are plain calls, without Spring"
                  + " beans or expressions.",
              "DBOS has no compensations of its own: the workflow's code would run them after a"
                  + " failure. On the way forward, which is what is measured, they cost nothing.",
              "DBOS and Quorate run steps on threads of their own, and hand the outcome to the"
                  + " caller; the floor and Seata work on the caller's thread.",
              "Quorate's file log keeps progress on the caller's own machine; all others keep it in"
                  + " a PostgreSQL server, which answers over a socket and could be elsewhere.",
              "Quorate with EVERY_STEP, the floor and DBOS force each step's result; Seata forces"
                  + " each step's beginning too. Quorate with START_DURABLE forces the beginning of"
                  + " a saga only: a crash may repeat its steps, so participants must know a"
                  + " repeated call by its key.",
              "All that use PostgreSQL use the same server, each its own database, through the same"
                  + " pool of at most 64 connections: of 256 callers, 192 wait for one. Quorate's"
                  + " JDBC log writes through a single connection, and one commit serves many"
                  + " sagas."));

  private static final SubjectSpec EACH =
      SubjectSpec.ours("floor: one file, a force each", ForceEachAppend.class, Map.of());
  private static final SubjectSpec PER_FILE =
      SubjectSpec.ours("floor: a file per caller", ForcePerFile.class, Map.of());

  private static final SubjectSpec OURS =
      SubjectSpec.ours("Quorate WriteAheadLog", QuorateWal.class, Map.of());

  private static final Benchmark WAL =
      new Benchmark(
          "wal",
          "appends of 256 bytes, each returning once it is on disk",
          "appends",
          List.of(EACH, PER_FILE, OURS),
          List.of(
              new Comparison(OURS.name(), EACH.name()),
              new Comparison(OURS.name(), PER_FILE.name())),
          List.of(
              "The floors write the payload only: no header, no checksum, no segments, and what a"
                  + " crash leaves cannot be told from what was there before.",
              "A file per caller keeps no order between records: it shows what the disk gives, not"
                  + " a log anyone could recover from."));

  private static final List<Benchmark> ALL = List.of(SAGA, WAL, RaftGroups.BENCHMARK);

  private Catalog() {}

  private static SubjectSpec saga(String log, Durability durability) {
    return SubjectSpec.ours(
        "Quorate, %s, %s".formatted(log, durability),
        QuorateSaga.class,
        Map.of(QuorateSaga.DURABILITY, durability.name()));
  }

  static List<Benchmark> all() {
    return ALL;
  }

  static Optional<Benchmark> named(String name) {
    return ALL.stream().filter(benchmark -> benchmark.name().equals(name)).findFirst();
  }
}
