package io.quorate.benchmarks.peers.seata;

import io.quorate.benchmarks.kit.ConnectionPool;
import io.quorate.benchmarks.kit.Subject;
import io.quorate.benchmarks.kit.SubjectContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import org.apache.seata.saga.engine.StateMachineEngine;
import org.apache.seata.saga.engine.impl.DefaultStateMachineConfig;
import org.apache.seata.saga.engine.impl.ProcessCtrlStateMachineEngine;
import org.apache.seata.saga.engine.sequence.UUIDSeqGenerator;
import org.apache.seata.saga.engine.store.db.DbAndReportTcStateLogStore;
import org.apache.seata.saga.engine.store.db.DbStateLangStore;
import org.apache.seata.saga.statelang.domain.ExecutionStatus;
import org.apache.seata.saga.statelang.domain.StateMachineInstance;

/**
 * A saga of three services that do nothing, each with a compensation, run to its end by Seata's
 * engine in this process. The engine writes to its own tables; no transaction coordinator is told,
 * because a saga is complete without one and it would only add a network call.
 */
public final class SeataSaga implements Subject {
  private static final String TENANT = "000001";
  private static final String TABLE_PREFIX = "seata_";
  private static final String DIALECT = "postgresql";
  private static final String SCHEMA = "schema.sql";
  private static final String DEFINITION =
      "classpath:io/quorate/benchmarks/peers/seata/order-saga.json";

  private final ConnectionPool connections;
  private final StateMachineEngine engine;

  public SeataSaga(SubjectContext context) throws Exception {
    connections = context.connectionPool();
    connections.execute(schema());
    engine = engine(connections);
  }

  private static StateMachineEngine engine(ConnectionPool connections) throws Exception {
    DefaultStateMachineConfig config = new DefaultStateMachineConfig();
    config.setStateLogStore(stateLog(connections));
    config.setStateLangStore(definitions(connections));
    config.setDefaultTenantId(TENANT);
    config.setResources(new String[] {DEFINITION});
    config.afterPropertiesSet();
    // Instead of looking beans up: the steps do nothing, and cost nothing to call.
    config.getServiceInvokerManager().putServiceInvoker("noop", (state, input) -> true);
    ProcessCtrlStateMachineEngine engine = new ProcessCtrlStateMachineEngine();
    engine.setStateMachineConfig(config);
    return engine;
  }

  private static DbAndReportTcStateLogStore stateLog(ConnectionPool connections) {
    DbAndReportTcStateLogStore log = new DbAndReportTcStateLogStore();
    log.setDataSource(connections.dataSource());
    log.setDbType(DIALECT);
    log.setTablePrefix(TABLE_PREFIX);
    log.setDefaultTenantId(TENANT);
    log.setSeqGenerator(new UUIDSeqGenerator());
    return log;
  }

  private static DbStateLangStore definitions(ConnectionPool connections) {
    DbStateLangStore definitions = new DbStateLangStore();
    definitions.setDataSource(connections.dataSource());
    definitions.setDbType(DIALECT);
    definitions.setTablePrefix(TABLE_PREFIX);
    return definitions;
  }

  @Override
  public void run(long n) {
    StateMachineInstance saga =
        engine.startWithBusinessKey("order", TENANT, "order-" + n, new HashMap<>());
    if (saga.getStatus() != ExecutionStatus.SU) {
      throw new IllegalStateException(
          "saga order-" + n + " ended as " + saga.getStatus(), saga.getException());
    }
  }

  @Override
  public void close() {
    connections.close();
  }

  private static String schema() throws IOException {
    try (InputStream in = SeataSaga.class.getResourceAsStream(SCHEMA)) {
      if (in == null) {
        throw new IOException(SCHEMA + ": not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
