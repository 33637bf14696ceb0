package io.quorate.saga;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.OpenTelemetry;
import io.quorate.core.telemetry.TxTelemetry;
import io.quorate.core.tx.log.file.FileTransactionLog;
import io.quorate.core.tx.remote.http.TxHttp;
import io.quorate.core.tx.runtime.RuntimeConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Executors;

/** What the chapter shows of operations. */
final class OperationsExample {
  private OperationsExample() {}

  static HttpServer serve(SagaCoordinator sagas, int port) throws IOException {
    // #region operator-server
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    HttpServer server = HttpServer.create(address, 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/ops/", TxHttp.operator(sagas.operator()));
    server.start();
    // #endregion
    return server;
  }

  static SagaCoordinator traced(
      OpenTelemetry openTelemetry, Path directory, SagaDefinition<?> placeOrder) throws Exception {
    // #region traced-saga
    var telemetry = TxTelemetry.of(openTelemetry);
    var log = telemetry.log(FileTransactionLog.open(directory));
    var config = RuntimeConfig.defaults().observedBy(telemetry);
    var sagas = SagaCoordinator.open(log, config, placeOrder);
    // #endregion
    return sagas;
  }
}
