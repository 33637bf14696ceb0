package io.quorate.demo;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.quorate.core.time.Ticker;
import io.quorate.demo.database.Databases;
import io.quorate.demo.database.Department;
import io.quorate.demo.load.Victim;
import io.quorate.demo.order.OrderMain;
import io.quorate.demo.process.ChildProcess;
import io.quorate.demo.process.Household;
import io.quorate.demo.process.Program;
import io.quorate.demo.service.ServiceMain;
import io.quorate.demo.wire.OrdersGrpc;
import io.quorate.demo.wire.StandingReply;
import io.quorate.demo.wire.StandingRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The shop's four processes. Each takes a free port when it first starts and the same one when it
 * starts again, so that the others find it where it was. Not thread-safe, but for {@link #close}.
 */
final class Shop implements AutoCloseable {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

  private final Household household;
  private final Databases databases;
  private final Path log;
  private final Ticker ticker;
  private final Map<Victim, ChildProcess> running = new EnumMap<>(Victim.class);
  private final Map<Victim, String> ports = new EnumMap<>(Victim.class);
  private final ManagedChannel orders;

  private Shop(
      Household household,
      Databases databases,
      Path log,
      Ticker ticker,
      Map<Victim, ChildProcess> running,
      Map<Victim, String> ports) {
    this.household = household;
    this.databases = databases;
    this.log = log;
    this.ticker = ticker;
    this.running.putAll(running);
    this.ports.putAll(ports);
    this.orders =
        Grpc.newChannelBuilder(
                "127.0.0.1:" + ports.get(Victim.ORDER), InsecureChannelCredentials.create())
            .build();
  }

  /**
   * Starts the three departments side by side, then the order service.
   *
   * @param log the coordinator's folder
   */
  static Shop open(Household household, Databases databases, Path log, Ticker ticker)
      throws IOException, InterruptedException {
    Map<Victim, ChildProcess> running = new EnumMap<>(Victim.class);
    Map<Victim, String> ports = new EnumMap<>(Victim.class);
    for (Victim victim : List.of(Victim.STOCK, Victim.PAYMENT, Victim.SHIPPING)) {
      running.put(
          victim,
          household.start(
              victim.lowerName(), department(databases, Department.valueOf(victim.name()), "0")));
    }
    for (var child : running.entrySet()) {
      ports.put(child.getKey(), child.getValue().awaitReady().getOrDefault("port", ""));
    }
    ports.put(Victim.ORDER, "0");
    ChildProcess order = household.start(Victim.ORDER.lowerName(), order(log, ports));
    ports.put(Victim.ORDER, order.awaitReady().getOrDefault("port", ""));
    running.put(Victim.ORDER, order);
    return new Shop(household, databases, log, ticker, running, ports);
  }

  private static Program department(Databases databases, Department department, String port) {
    return new Program(
        ServiceMain.class,
        List.of(department.name(), port),
        Map.of(ServiceMain.DATABASE_URL, databases.url(department)));
  }

  private static Program order(Path log, Map<Victim, String> ports) {
    return new Program(
        OrderMain.class,
        List.of(
            log.toString(),
            ports.getOrDefault(Victim.ORDER, "0"),
            ports.getOrDefault(Victim.STOCK, ""),
            ports.getOrDefault(Victim.PAYMENT, ""),
            ports.getOrDefault(Victim.SHIPPING, "")),
        Map.of());
  }

  /** The channel to the order service, over all its lives. */
  ManagedChannel orders() {
    return orders;
  }

  /** What the coordinator says of itself. */
  StandingReply standing() {
    return OrdersGrpc.newBlockingStub(orders)
        .withDeadlineAfter(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS)
        .withWaitForReady()
        .standing(StandingRequest.getDefaultInstance());
  }

  /** Kills a process and starts it again; returns when it serves. */
  Kill kill(Victim victim, int afterAnswers) throws IOException, InterruptedException {
    ChildProcess old = child(victim);
    long began = ticker.nanos();
    old.kill();
    int inFlight = victim == Victim.ORDER ? 0 : standing().getUnfinished();
    Program again =
        victim
            .department()
            .map(department -> department(databases, department, port(victim)))
            .orElseGet(() -> order(log, ports));
    ChildProcess fresh = household.start(victim.lowerName(), again);
    running.put(victim, fresh);
    Map<String, String> facts = fresh.awaitReady();
    if (victim == Victim.ORDER) {
      // The channel would wait by itself before it looks whether the order service is back.
      orders.resetConnectBackoff();
      inFlight = Integer.parseInt(facts.getOrDefault("unfinished", "0"));
    }
    return new Kill(
        victim,
        old.pid(),
        port(victim),
        afterAnswers,
        inFlight,
        Duration.ofNanos(ticker.nanos() - began));
  }

  private ChildProcess child(Victim victim) {
    ChildProcess child = running.get(victim);
    if (child == null) {
      throw new IllegalStateException(victim + " does not run");
    }
    return child;
  }

  private String port(Victim victim) {
    return ports.getOrDefault(victim, "");
  }

  /** A process that has ended although nobody killed it breaks the demo. */
  void check() throws IOException {
    for (ChildProcess child : running.values()) {
      if (!child.isAlive()) {
        throw new IOException(child.name() + " has ended by itself; see its log");
      }
    }
  }

  /** Closes what this process holds of the shop; the processes are the household's. */
  @Override
  public void close() {
    orders.shutdownNow();
  }
}
