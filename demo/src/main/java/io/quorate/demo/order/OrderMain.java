package io.quorate.demo.order;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.quorate.core.tx.log.TransactionLogException;
import io.quorate.core.tx.log.TxHead;
import io.quorate.core.tx.log.file.FileTransactionLog;
import io.quorate.core.tx.runtime.Operator;
import io.quorate.core.tx.runtime.RuntimeConfig;
import io.quorate.demo.database.Department;
import io.quorate.demo.process.Lifeline;
import io.quorate.demo.process.Listening;
import io.quorate.demo.wire.Order;
import io.quorate.saga.SagaCoordinator;
import io.quorate.saga.SagaDefinition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.Map;

/** The process of the order service and its coordinator. */
public final class OrderMain {
  private OrderMain() {}

  /**
   * @param args the folder of the log, the port to listen at or 0, and the ports of stock, payment
   *     and shipping
   */
  public static void main(String[] args) throws IOException, TransactionLogException {
    Path folder = Path.of(args[0]);
    int port = Integer.parseInt(args[1]);
    Map<Department, ManagedChannel> channels = new EnumMap<>(Department.class);
    Iterator<String> ports = Arrays.asList(args).subList(2, args.length).iterator();
    for (Department department : Department.values()) {
      String target = "127.0.0.1:" + ports.next();
      channels.put(
          department, Grpc.newChannelBuilder(target, InsecureChannelCredentials.create()).build());
    }
    FileTransactionLog log = FileTransactionLog.open(folder);
    // Counted before the coordinator takes them up: what the process before left behind.
    int unfinished =
        log.list(EnumSet.of(TxHead.Status.OPEN, TxHead.Status.PARKED), null, Operator.LIMIT_MAX)
            .size();
    SagaDefinition<Order> placeOrder = new PlaceOrder(channels).definition();
    Activity activity = new Activity();
    SagaCoordinator coordinator =
        SagaCoordinator.open(log, RuntimeConfig.defaults().observedBy(activity), placeOrder);
    Server server = Listening.onLoopback(port, new OrderService(coordinator, placeOrder, activity));
    Lifeline.ready(System.out, Map.of("port", server.getPort(), "unfinished", unfinished));
    Lifeline.endWithParent(
        () -> {
          coordinator.close();
          log.close();
        });
  }
}
