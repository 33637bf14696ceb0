package io.quorate.raftsim.soak;

import io.quorate.core.time.Ticker;
import io.quorate.testkit.linearizability.History;
import io.quorate.testkit.linearizability.HistoryRecorder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongToIntFunction;
import org.jspecify.annotations.Nullable;

/** The clients, and what they wrote down. */
final class Load {
  /** Of a client: more than its pauses let it do. */
  private static final int OPERATIONS_PER_SECOND_MAX = 250;

  private static final int OPERATIONS_MAX = 4_000_000;

  private final SoakConfig config;
  private final LongToIntFunction ports;
  private final Ticker ticker;
  private final Accounts accounts;
  private final Findings findings;
  private final HistoryRecorder recorder;
  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicLong values = new AtomicLong();
  private final AtomicLong operations = new AtomicLong();
  private final List<Thread> threads = new ArrayList<>();

  /** When the latest operation began that is known to be done. */
  private final AtomicLong doneSince;

  private final int operationsMax;

  /**
   * No clients yet.
   *
   * @param ports where a node serves clients; 0 where it does not
   */
  Load(
      SoakConfig config,
      LongToIntFunction ports,
      Ticker ticker,
      Accounts accounts,
      Findings findings) {
    this.config = config;
    this.ports = ports;
    this.ticker = ticker;
    this.accounts = accounts;
    this.findings = findings;
    doneSince = new AtomicLong(ticker.nanos());
    operationsMax =
        (int)
            Math.min(
                OPERATIONS_MAX,
                (config.lasts().toSeconds() + 60) * config.clients() * OPERATIONS_PER_SECOND_MAX);
    // The reads at the end have their own place.
    recorder = new HistoryRecorder(operationsMax + (1 << 16), ticker);
  }

  SoakConfig config() {
    return config;
  }

  Accounts accounts() {
    return accounts;
  }

  Findings findings() {
    return findings;
  }

  long nextValue() {
    return values.incrementAndGet();
  }

  void begin() {
    SplittableRandom random = new SplittableRandom(config.seed() ^ 0x5eed);
    for (int i = 0; i < config.clients(); i++) {
      threads.add(Thread.ofVirtual().start(new LoadClient(this, i + 1, random.split())));
    }
  }

  /** No client begins anything any more, and all have their last answer. */
  void end() throws InterruptedException {
    over.countDown();
    for (Thread each : threads) {
      each.join();
    }
  }

  /** Waits; whether clients are to end. */
  boolean isOverAfter(int millis) throws InterruptedException {
    return over.await(millis, TimeUnit.MILLISECONDS)
        || operations.incrementAndGet() >= operationsMax;
  }

  NodeConnection connect(SplittableRandom random) throws IOException {
    return connect(random.nextInt(config.nodes()) + 1);
  }

  private NodeConnection connect(long node) throws IOException {
    int port = ports.applyAsInt(node);
    if (port == 0) {
      throw new IOException("node %d is down".formatted(node));
    }
    return new NodeConnection(port, config.clientTimeout());
  }

  /** An operation that has begun. */
  final class Timed {
    private final HistoryRecorder.Call call;
    private final long began = ticker.nanos();

    Timed(HistoryRecorder.Call call) {
      this.call = call;
    }

    HistoryRecorder.Call call() {
      return call;
    }

    void ok(@Nullable Object result) {
      call.ok(result);
      doneSince.accumulateAndGet(began, (a, b) -> a - b > 0 ? a : b);
    }
  }

  Timed invoke(
      long client, int key, String op, @Nullable Object argument, @Nullable Object expected) {
    return new Timed(recorder.invoke(client, "k" + key, op, argument, expected));
  }

  /** Whether something was done that was begun after a moment. */
  boolean hasDoneSince(long nanos) {
    return doneSince.get() - nanos > 0;
  }

  /** Reads each key at each node, and settles the accounts; whether all were read in time. */
  boolean readAll(Duration patience) throws InterruptedException {
    long began = ticker.nanos();
    for (long node = 1; node <= config.nodes(); node++) {
      for (int key = 0; key < config.keys(); key++) {
        String[] words = read(node, key);
        while (!words[0].equals("done")) {
          if (ticker.nanos() - began > patience.toNanos()) {
            return false;
          }
          var unused = new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
          words = read(node, key);
        }
        accounts.settle(key, Long.parseLong(words[1]));
      }
    }
    return true;
  }

  private String[] read(long node, int key) {
    try (NodeConnection connection = connect(node)) {
      Timed timed = invoke(-node, key, "get", null, null);
      String[] words = connection.ask("get " + key);
      if (words[0].equals("done")) {
        timed.ok(LoadClient.number(words[2]));
      } else {
        timed.call().failed();
      }
      return words;
    } catch (IOException e) {
      return new String[] {"unknown"};
    }
  }

  History history() {
    return recorder.history();
  }
}
