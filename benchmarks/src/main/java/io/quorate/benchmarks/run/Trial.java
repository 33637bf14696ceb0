package io.quorate.benchmarks.run;

import io.quorate.benchmarks.kit.Database;
import io.quorate.benchmarks.kit.ForkSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The place of one process: an empty directory and, where asked for, an empty database. */
public final class Trial implements AutoCloseable {
  private static final String DATABASE = "trial";

  private final Forks forks;
  private final SubjectSpec subject;
  private final Path directory;
  private final Path log;
  private final @Nullable PostgresServer server;
  private final @Nullable Database database;

  private Trial(
      Forks forks,
      SubjectSpec subject,
      Path directory,
      Path log,
      @Nullable PostgresServer server,
      @Nullable Database database) {
    this.forks = forks;
    this.subject = subject;
    this.directory = directory;
    this.log = log;
    this.server = server;
    this.database = database;
  }

  /**
   * Makes the place. One at a time below the same {@code work} and in the same server.
   *
   * @param server for a subject that needs a database
   */
  public static Trial open(
      Forks forks, SubjectSpec subject, Path work, @Nullable PostgresServer server)
      throws IOException, SQLException {
    Path directory = WorkDirectory.emptied(work.resolve("trial"));
    Path log = work.resolve("trial.log");
    WorkDirectory.delete(log);
    if (!subject.database()) {
      return new Trial(forks, subject, directory, log, null, null);
    }
    if (server == null) {
      throw new IllegalStateException(subject.name() + " needs a database, and no server runs");
    }
    return new Trial(forks, subject, directory, log, server, server.create(DATABASE));
  }

  /** Runs the subject's process to its end. */
  public ForkOutcome run(List<String> prefix, ForkSpec.Task task, Duration limit)
      throws IOException, InterruptedException {
    ForkSpec spec = new ForkSpec(subject.className(), subject.options(), directory, database, task);
    return forks.run(prefix, subject.home(), spec, log, limit);
  }

  /**
   * The server's counters, once the process has left.
   *
   * @throws IllegalStateException without a database
   */
  public PostgresServer.Counters counters() throws SQLException {
    if (server == null) {
      throw new IllegalStateException(subject.name() + " has no database");
    }
    return server.countersAfterLeaving(DATABASE);
  }

  @Override
  public void close() throws IOException, SQLException {
    if (server != null) {
      server.drop(DATABASE);
    }
    WorkDirectory.delete(directory);
  }
}
