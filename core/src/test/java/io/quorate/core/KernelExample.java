package io.quorate.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.OpenTelemetry;
import io.quorate.core.telemetry.TxTelemetry;
import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.Refusal;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.barrier.Barrier;
import io.quorate.core.tx.codec.Codec;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogRecord.Force;
import io.quorate.core.tx.log.LogRecord.Kind;
import io.quorate.core.tx.log.SequenceConflictException;
import io.quorate.core.tx.log.TransactionLog;
import io.quorate.core.tx.log.file.FileTransactionLog;
import io.quorate.core.tx.remote.BranchHandler;
import io.quorate.core.tx.remote.http.HttpParticipant;
import io.quorate.core.tx.remote.http.TxHttp;
import io.quorate.core.tx.runtime.RuntimeConfig;
import io.quorate.core.wal.WalConfig;
import io.quorate.core.wal.WalRecord;
import io.quorate.core.wal.WriteAheadLog;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/** The chapter's examples, compiled; all but the one that needs a database are run by its test. */
final class KernelExample {
  private static final int TYPE_ORDER = 1;

  private KernelExample() {}

  private static LogRecord record(TxId tx, int seq, Kind kind, String text) {
    return new LogRecord(tx, seq, kind, Force.FORCED, null, Set.of(), text.getBytes(UTF_8));
  }

  /** A timer and a commit race for the same record. */
  static String decideOnce(Path directory) throws Exception {
    // #region decide-once
    try (TransactionLog log = FileTransactionLog.open(directory)) {
      Epoch epoch = log.acquire("shop-1", Duration.ofSeconds(10));
      TxId order = new TxId("order/7");
      log.append(epoch, List.of(record(order, 0, Kind.BEGIN, "ann, 2 lamps")));
      log.append(epoch, List.of(record(order, 1, Kind.DECIDE, "undo: out of time")));
      try {
        log.append(epoch, List.of(record(order, 1, Kind.DECIDE, "do")));
        return "do";
      } catch (SequenceConflictException tooLate) {
        return new String(log.read(order).get(1).body(), UTF_8);
      }
    }
    // #endregion
  }

  /** A log of orders, and what it held when it was opened. */
  static List<WalRecord> appendOrder(Path directory, long orderId, byte[] payload) {
    List<WalRecord> found = new ArrayList<>();
    // #region append-order
    try (WriteAheadLog log = WriteAheadLog.open(directory, WalConfig.defaults())) {
      log.replay(log.firstPosition(), record -> found.add(record)); // what survived, in order
      long position = log.append(TYPE_ORDER, 0, orderId, 0, payload, true);
      log.awaitDurable(position); // returns once it is on the disk
      log.truncateBefore(log.firstPosition()); // drops whole segments that are no longer needed
    }
    // #endregion
    return found;
  }

  /** A participant with its work in one database. */
  record Stock(DataSource database, Barrier barrier) {
    // #region hold-stock-once
    Verdict hold(BranchRef ref, String sku) {
      String take = "update stock set free = free - 1 where sku = ? and free > 0";
      return barrier.execute(
          database,
          ref,
          connection -> {
            try (PreparedStatement update = connection.prepareStatement(take)) {
              update.setString(1, sku);
              if (update.executeUpdate() == 0) {
                throw new Refusal("sold out"); // answered No, and remembered
              }
              return sku.getBytes(UTF_8); // answered Ok, and kept for duplicates
            }
          });
    }
    // #endregion
  }

  /** A participant behind HTTP, called once. */
  static Verdict overHttp(BranchHandler stock, BranchRef ref, byte[] body) throws IOException {
    // #region over-http
    HttpServer server = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
    server.createContext("/stock", TxHttp.participant(stock));
    server.start();
    String at = "http://localhost:" + server.getAddress().getPort() + "/stock";
    try (HttpParticipant remote = HttpParticipant.builder(URI.create(at)).build()) {
      return remote.call(ref, body, Duration.ofSeconds(3));
    } finally {
      server.stop(0);
    }
    // #endregion
  }

  /** A record as it stands in a log. */
  static String anOrderAsJson() {
    // #region an-order-as-json
    record Line(String sku, int pieces) {}
    record Order(String id, List<Line> lines, Optional<String> note) {}
    Codec<Order> orders = Codec.json(Order.class);
    byte[] json = orders.encode(new Order("7", List.of(new Line("lamp", 2)), Optional.empty()));
    // {"id":"7","lines":[{"sku":"lamp","pieces":2}]}
    // #endregion
    return new String(json, UTF_8);
  }

  /** A coordinator's configuration with traces and metrics. */
  static RuntimeConfig traced(OpenTelemetry openTelemetry) {
    // #region traced
    TxTelemetry telemetry = TxTelemetry.of(openTelemetry);
    RuntimeConfig config = RuntimeConfig.defaults().withOwner("shop-1").observedBy(telemetry);
    // #endregion
    return config;
  }
}
