package io.quorate.raftsim.soak;

import io.quorate.core.time.Ticker;
import io.quorate.raftsim.soak.Fault.Kind;
import io.quorate.raftsim.soak.link.LinkState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Strikes, heals, waits until clients get something done again, and goes on. For one thread. */
final class Nemesis {
  /** How long a healed group may take to do something; far more than any timer of it. */
  private static final Duration RECOVERY_MAX = Duration.ofSeconds(60);

  private static final int SLOW_MILLIS_MIN = 200;
  private static final int SLOW_MILLIS_MAX = 2_000;
  private static final int LATE_MILLIS_MAX = 200;
  private static final int LOOK_MILLIS = 5;

  /** Between a recovery and the next fault, so that the load fills logs and takes snapshots. */
  private static final int CALM_MILLIS_MAX = 2_000;

  /** Undoes a fault. */
  private interface Healing {
    void heal() throws IOException, InterruptedException;
  }

  private final SoakGroup group;
  private final Watch watch;
  private final Load load;
  private final Ticker ticker;
  private final Findings findings;
  private final Consumer<String> says;
  private final Random random;
  private final long began;
  private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);

  /** Nobody counts it down. */
  private final CountDownLatch never = new CountDownLatch(1);

  /** Who is killed or stands still now. */
  private final Set<Long> struck = new TreeSet<>();

  Nemesis(
      SoakGroup group,
      Watch watch,
      Load load,
      Ticker ticker,
      Findings findings,
      Consumer<String> says) {
    this.group = group;
    this.watch = watch;
    this.load = load;
    this.ticker = ticker;
    this.findings = findings;
    this.says = says;
    random = new Random(load.config().seed());
    began = ticker.nanos();
  }

  /** How often each kind struck, calm left out. */
  Map<Kind, Integer> counts() {
    return counts;
  }

  /**
   * Goes through a plan until it ends or time is up, and leaves a healed group.
   *
   * @throws IOException a node does not start again
   */
  void run(Iterator<Fault> plan) throws IOException, InterruptedException {
    long lastsNanos = load.config().lasts().toNanos();
    boolean recovered = awaitProgress("began; something done after %d ms");
    while (recovered && plan.hasNext() && ticker.nanos() - began < lastsNanos) {
      Fault fault = plan.next();
      List<Healing> healings = new ArrayList<>();
      List<String> words = new ArrayList<>();
      for (Kind kind : fault.kinds()) {
        healings.add(strike(kind, fault.lasts(), words));
        if (kind != Kind.CALM) {
          counts.merge(kind, 1, Integer::sum);
        }
      }
      tell("%s for %d ms".formatted(String.join(" and ", words), fault.lasts().toMillis()));
      rest(fault.lasts().toMillis());
      for (Healing each : healings) {
        each.heal();
      }
      struck.clear();
      recovered = awaitProgress("  healed; something new done after %d ms");
      rest(random.nextInt(CALM_MILLIS_MAX));
    }
  }

  private void rest(long millis) throws InterruptedException {
    var unused = never.await(millis, TimeUnit.MILLISECONDS);
  }

  private boolean awaitProgress(String words) throws InterruptedException {
    long since = ticker.nanos();
    while (!load.hasDoneSince(since)) {
      if (ticker.nanos() - since > RECOVERY_MAX.toNanos()) {
        findings.add("nothing was done for %s with all healed".formatted(RECOVERY_MAX));
        return false;
      }
      rest(LOOK_MILLIS);
    }
    tell(words.formatted(millisSince(since)));
    return true;
  }

  private long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(ticker.nanos() - nanos);
  }

  private void tell(String what) {
    says.accept("%8.3f s  %s".formatted(millisSince(began) / 1e3, what));
  }

  private Healing strike(Kind kind, Duration lasts, List<String> words) throws IOException {
    return switch (kind) {
      case CALM -> {
        words.add("calm");
        yield () -> {};
      }
      case KILL_ONE -> kill(some(1), words);
      case KILL_LEADER -> kill(leader(), words);
      case KILL_TWO -> kill(some(2), words);
      case KILL_ALL -> kill(some(group.numbers().size()), words);
      case PAUSE_ONE -> pause(some(1), lasts, words);
      case PAUSE_LEADER -> pause(leader(), lasts, words);
      case ISOLATE_LEADER -> links("cut off", leader(), LinkState.CUT, true, true, words);
      case STALL_LEADER -> links("stalled", leader(), LinkState.STALLED, true, true, words);
      case MUTE_LEADER -> links("mute", leader(), LinkState.CUT, true, false, words);
      case DEAFEN_LEADER -> links("deaf", leader(), LinkState.STALLED, false, true, words);
      case RING -> ring(words);
      case LATE -> late(words);
      case SLOW_DISK -> slow(some(1), words);
      case SLOW_LEADER_DISK -> slow(leader(), words);
    };
  }

  /** Nodes that nothing happens to yet, as many as there are up to a number. */
  private List<Long> some(int most) {
    List<Long> nodes = new ArrayList<>(group.numbers());
    nodes.removeAll(struck);
    Collections.shuffle(nodes, random);
    return List.copyOf(nodes.subList(0, Math.min(most, nodes.size())));
  }

  private List<Long> leader() {
    long leader = watch.leader();
    return leader == 0 || struck.contains(leader) ? some(1) : List.of(leader);
  }

  private Healing kill(List<Long> which, List<String> words) {
    words.add("killed " + which);
    struck.addAll(which);
    group.kill(which);
    return () -> group.start(which);
  }

  private Healing pause(List<Long> which, Duration lasts, List<String> words) throws IOException {
    words.add("paused " + which);
    struck.addAll(which);
    List<Process> pauses = new ArrayList<>();
    for (long node : which) {
      pauses.add(group.node(node).pause(lasts));
    }
    return () -> {
      for (Process each : pauses) {
        var unused = each.waitFor();
      }
    };
  }

  private Healing links(
      String name, List<Long> which, LinkState state, boolean out, boolean in, List<String> words) {
    words.add(name + " " + which);
    for (long node : which) {
      for (long other : group.numbers()) {
        if (other != node && out) {
          group.links().set(node, other, state);
        }
        if (other != node && in) {
          group.links().set(other, node, state);
        }
      }
    }
    return this::openAll;
  }

  private void openAll() {
    group.links().setAll(LinkState.OPEN);
  }

  private Healing ring(List<String> words) {
    int size = group.numbers().size();
    long torn = random.nextInt(size) + 1L;
    words.add("a ring torn after [%d]".formatted(torn));
    for (long node = 1; node <= size; node++) {
      for (long other = 1; other <= size; other++) {
        boolean after = other == node % size + 1;
        boolean before = node == other % size + 1;
        boolean isTorn = (after && node == torn) || (before && other == torn);
        if (node != other && (isTorn || !(after || before))) {
          group.links().set(node, other, LinkState.CUT);
        }
      }
    }
    return this::openAll;
  }

  private Healing late(List<String> words) {
    int millis = random.nextInt(10, LATE_MILLIS_MAX);
    words.add("links late by %d ms".formatted(millis));
    group.links().setAll(new LinkState.Late(Duration.ofMillis(millis)));
    return this::openAll;
  }

  private Healing slow(List<Long> which, List<String> words) {
    int millis = random.nextInt(SLOW_MILLIS_MIN, SLOW_MILLIS_MAX);
    words.add("disk of %s slow by %d ms".formatted(which, millis));
    which.forEach(node -> group.node(node).slow(Duration.ofMillis(millis)));
    return () -> which.forEach(node -> group.node(node).slow(Duration.ZERO));
  }
}
