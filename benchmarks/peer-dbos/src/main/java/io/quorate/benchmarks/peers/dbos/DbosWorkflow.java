package io.quorate.benchmarks.peers.dbos;

import dev.dbos.transact.DBOS;
import dev.dbos.transact.StartWorkflowOptions;
import dev.dbos.transact.config.DBOSConfig;
import dev.dbos.transact.workflow.Workflow;
import io.quorate.benchmarks.kit.ConnectionPool;
import io.quorate.benchmarks.kit.Subject;
import io.quorate.benchmarks.kit.SubjectContext;

/**
 * A durable workflow of three steps that do nothing, run to its end in this process. Compensations
 * would be the workflow's own code after a failure: on the way forward they cost nothing here.
 */
public final class DbosWorkflow implements Subject {
  private final ConnectionPool connections;
  private final DBOS dbos;
  private final Order order;

  public DbosWorkflow(SubjectContext context) {
    connections = context.connectionPool();
    dbos = new DBOS(DBOSConfig.defaults("bench").withDataSource(connections.dataSource()));
    order = dbos.registerProxy(Order.class, new DurableOrder(dbos));
    dbos.launch();
  }

  @Override
  public void run(long n) {
    dbos.startWorkflow(order::place, new StartWorkflowOptions("order-" + n)).getResult();
  }

  @Override
  public void close() {
    dbos.close();
    connections.close();
  }

  /** What DBOS proxies: it must be an interface, and visible to its class loader. */
  public interface Order {
    void place();
  }

  /** The workflow. */
  public static final class DurableOrder implements Order {
    private final DBOS dbos;

    DurableOrder(DBOS dbos) {
      this.dbos = dbos;
    }

    @Override
    @Workflow
    public void place() {
      dbos.runStep(() -> {}, "reserve");
      dbos.runStep(() -> {}, "charge");
      dbos.runStep(() -> {}, "ship");
    }
  }
}
