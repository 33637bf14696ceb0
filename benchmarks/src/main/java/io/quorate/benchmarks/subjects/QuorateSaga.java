package io.quorate.benchmarks.subjects;

import io.quorate.benchmarks.kit.ConnectionPool;
import io.quorate.benchmarks.kit.Subject;
import io.quorate.benchmarks.kit.SubjectContext;
import io.quorate.core.tx.log.EpochHeldException;
import io.quorate.core.tx.log.LogFullException;
import io.quorate.core.tx.log.TransactionLog;
import io.quorate.core.tx.log.file.FileTransactionLog;
import io.quorate.core.tx.log.jdbc.JdbcLogConfig;
import io.quorate.core.tx.log.jdbc.JdbcTransactionLog;
import io.quorate.saga.Durability;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Our sagas with their defaults. Progress is kept in PostgreSQL where the benchmark gives a
 * database, else in files.
 */
public final class QuorateSaga implements Subject {
  /** The option that names a {@link Durability}. */
  public static final String DURABILITY = "durability";

  private final @Nullable ConnectionPool connections;
  private final TransactionLog log;
  private final ThreeSteps sagas;

  public QuorateSaga(SubjectContext context) throws EpochHeldException {
    Durability durability =
        Durability.valueOf(Objects.requireNonNull(context.options().get(DURABILITY), DURABILITY));
    if (context.database() == null) {
      connections = null;
      log = FileTransactionLog.open(context.directory());
    } else {
      ConnectionPool pool = context.connectionPool();
      JdbcLogConfig config = JdbcLogConfig.builder(pool.dataSource()).createTables(true).build();
      connections = pool;
      log = JdbcTransactionLog.open(config);
    }
    sagas = ThreeSteps.open(log, durability);
  }

  @Override
  public void run(long n) throws LogFullException {
    sagas.run(n);
  }

  @Override
  public void close() {
    sagas.close();
    log.close();
    if (connections != null) {
      connections.close();
    }
  }
}
