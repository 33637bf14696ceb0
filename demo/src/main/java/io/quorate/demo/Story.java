package io.quorate.demo;

import io.quorate.core.time.Ticker;
import io.quorate.demo.check.Audit;
import io.quorate.demo.check.Finding;
import io.quorate.demo.database.Databases;
import io.quorate.demo.database.PostgresMain;
import io.quorate.demo.load.Answers;
import io.quorate.demo.load.Clients;
import io.quorate.demo.load.Opening;
import io.quorate.demo.load.OrderMix;
import io.quorate.demo.load.Victim;
import io.quorate.demo.process.Household;
import io.quorate.demo.process.Program;
import io.quorate.demo.view.Screen;
import io.quorate.demo.wire.StandingReply;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The demo from the first process to the last figure. */
final class Story {
  private static final int CLIENTS = 40;
  private static final Duration GLANCE = Duration.ofMillis(200);

  /** Without any new answer for this long, something hangs. */
  private static final Duration STALL = Duration.ofSeconds(60);

  private static final Duration QUIET_MAX = Duration.ofSeconds(60);

  /** How often a kill that hit nothing is tried again. */
  private static final int TRIES_MAX = 5;

  private final Options options;
  private final Screen screen;
  private final RunFolder folder;
  private final Household household;
  private final Ticker ticker;
  private final OrderMix mix;
  private final Answers answers = new Answers();
  private final List<Kill> kills = new ArrayList<>();

  Story(Options options, Screen screen, RunFolder folder, Household household, Ticker ticker) {
    this.options = options;
    this.screen = screen;
    this.folder = folder;
    this.household = household;
    this.ticker = ticker;
    this.mix = new OrderMix(options.seed(), options.orders());
  }

  /** Starts or finds the server and makes the three databases. */
  Databases openDatabases() throws IOException, InterruptedException, SQLException {
    Databases databases =
        options.jdbcUrl().isPresent()
            ? new Databases(options.jdbcUrl().get(), "_quorate_" + ProcessHandle.current().pid())
            : new Databases(startPostgres(), "");
    databases.create();
    Opening.fill(databases, mix);
    screen.tell("database", databases.server().toString());
    return databases;
  }

  private String startPostgres() throws IOException, InterruptedException {
    Program program =
        new Program(
            PostgresMain.class,
            List.of(
                folder.postgres().toString(),
                folder.logs().resolve("postgres-server.log").toString()),
            Map.of());
    return household.start("postgres", program).awaitReady().getOrDefault("url", "");
  }

  /** Runs the shop on these databases; says whether every invariant holds. */
  boolean run(Databases databases) throws IOException, InterruptedException, SQLException {
    try (Shop shop = Shop.open(household, databases, folder.coordinator(), ticker)) {
      screen.tell(
          "shop open", "stock, payment, shipping, order: a process and a database or log each");
      long began = ticker.nanos();
      try (Clients clients = new Clients(shop.orders(), mix, answers)) {
        screen.tell("clients", "%d place %,d orders".formatted(CLIENTS, mix.orders()));
        clients.start(CLIENTS);
        for (int kill = 0; kill < options.kills().size(); kill++) {
          killWhenReached(shop, clients, kill);
        }
        awaitAnswers(shop, clients, mix.orders());
      }
      double seconds = (ticker.nanos() - began) / 1e9;
      screen.tell(
          "answered",
          "all %,d orders in %.1f s, %,.0f a second"
              .formatted(mix.orders(), seconds, mix.orders() / seconds));
      StandingReply standing = awaitQuiet(shop);
      List<Finding> findings =
          new ArrayList<>(Audit.of(databases, answers, mix.orders(), standing));
      findings.add(killsHit());
      return new Report(screen).print(answers, kills, findings);
    }
  }

  private void killWhenReached(Shop shop, Clients clients, int number)
      throws IOException, InterruptedException {
    Victim victim = options.kills().get(number);
    int at = mix.killAfter(number, options.kills().size());
    for (int attempt = 1; attempt <= TRIES_MAX && at < mix.orders(); attempt++) {
      awaitAnswers(shop, clients, at);
      Kill kill = shop.kill(victim, answers.count());
      kills.add(kill);
      screen.tell(
          "kill -9",
          "%s (pid %d) after %,d answers, %,d orders in flight; serves again on port %s after %.1f s"
              .formatted(
                  victim.lowerName(),
                  kill.pid(),
                  kill.afterAnswers(),
                  kill.inFlight(),
                  kill.port(),
                  kill.back().toNanos() / 1e9));
      if (kill.inFlight() > 0) {
        return;
      }
      screen.tell("", "nothing was in flight: that proves nothing, once more");
      at = answers.count() + Math.max(1, mix.orders() / 100);
    }
  }

  private void awaitAnswers(Shop shop, Clients clients, int count)
      throws IOException, InterruptedException {
    int last = answers.count();
    long changed = ticker.nanos();
    while (last < count) {
      int now = answers.await(count, GLANCE);
      clients.check();
      shop.check();
      screen.progress("orders", now, mix.orders(), "answered");
      if (now > last) {
        last = now;
        changed = ticker.nanos();
      } else if (ticker.nanos() - changed > STALL.toNanos()) {
        throw new IOException(
            "no order was answered for %s; %,d of %,d are".formatted(STALL, now, mix.orders()));
      }
    }
  }

  /** Every answer is given; what of the coordinator's work is left, ends now. */
  private StandingReply awaitQuiet(Shop shop) throws InterruptedException {
    long began = ticker.nanos();
    StandingReply standing = shop.standing();
    while (standing.getUnfinished() > 0 && ticker.nanos() - began < QUIET_MAX.toNanos()) {
      Thread.sleep(GLANCE);
      standing = shop.standing();
    }
    screen.tell(
        "quiet",
        "%,d sagas unfinished; the coordinator took up %,d from its log and called %,d times again"
            .formatted(standing.getUnfinished(), standing.getRecovered(), standing.getRetried()));
    return standing;
  }

  private Finding killsHit() {
    List<String> missed = new ArrayList<>();
    for (Victim victim : options.kills()) {
      if (kills.stream().noneMatch(kill -> kill.victim() == victim && kill.inFlight() > 0)) {
        missed.add(victim.lowerName());
      }
    }
    return new Finding(
        "each kill hit orders in flight",
        "%d kills asked for, %d hit nothing%s"
            .formatted(
                options.kills().size(),
                missed.size(),
                missed.isEmpty() ? "" : ": " + String.join(", ", missed)),
        missed.isEmpty());
  }
}
