package io.quorate.demo.service;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.grpc.BindableService;
import io.grpc.Server;
import io.quorate.core.tx.barrier.Barrier;
import io.quorate.core.tx.remote.grpc.TxGrpc;
import io.quorate.demo.database.Department;
import io.quorate.demo.process.Lifeline;
import io.quorate.demo.process.Listening;
import java.io.IOException;
import java.util.Map;

/** The process of one department. It keeps nothing in memory that its database does not hold. */
public final class ServiceMain {
  /** The environment variable with the URL of the department's database. */
  public static final String DATABASE_URL = "QUORATE_DEMO_DATABASE_URL";

  private static final int CONNECTIONS_MAX = 12;

  private ServiceMain() {}

  /**
   * @param args the department, and the port to listen at or 0
   */
  public static void main(String[] args) throws IOException {
    Department department = Department.valueOf(args[0]);
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(System.getenv(DATABASE_URL));
    config.setPoolName(department.lowerName());
    config.setMaximumPoolSize(CONNECTIONS_MAX);
    HikariDataSource database = new HikariDataSource(config);
    Counter counter = new Counter(database, Barrier.postgres());
    BindableService service =
        switch (department) {
          case STOCK -> new StockService(counter);
          case PAYMENT -> new PaymentService(counter);
          case SHIPPING -> new ShippingService(counter);
        };
    Server server =
        Listening.onLoopback(Integer.parseInt(args[1]), service, TxGrpc.serverInterceptor());
    Lifeline.ready(System.out, Map.of("port", server.getPort()));
    Lifeline.endWithParent(() -> {});
  }
}
