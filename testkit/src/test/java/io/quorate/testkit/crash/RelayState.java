package io.quorate.testkit.crash;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.machine.Call;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a {@link Relay} stands: a fold of its facts, and the calls that are out. Immutable. */
record RelayState(
    TxId tx,
    Epoch epoch,
    int seq,
    Instant startedAt,
    Map<String, Step> steps,
    @Nullable Boolean forward,
    @Nullable Boolean done,
    boolean locked,
    boolean parked,
    boolean recovered,
    Map<String, Call> out) {

  enum Status {
    NEW,
    DONE,
    REFUSED,
    CONFIRMED,
    CANCELLED,
    CONFLICT
  }

  /** What is known of one branch. */
  record Step(Status status, int attempts, @Nullable Instant retryAt) {
    static final Step NEW = new Step(Status.NEW, 0, null);
  }

  static RelayState begun(TxId tx, Epoch epoch, Instant now) {
    return new RelayState(tx, epoch, -1, now, Map.of(), null, null, false, false, false, Map.of());
  }

  Step step(String branch) {
    return steps.getOrDefault(branch, Step.NEW);
  }

  boolean is(String branch, Status status) {
    return step(branch).status() == status;
  }

  /** Facts are words separated by blanks. */
  RelayState apply(String fact) {
    String[] words = fact.split(" ", -1);
    return switch (words[0]) {
      case "forward" -> decided(true);
      case "back" -> decided(false);
      case "locked" ->
          new RelayState(
              tx, epoch, seq, startedAt, steps, forward, done, true, parked, recovered, out);
      case "end" ->
          new RelayState(
              tx,
              epoch,
              seq,
              startedAt,
              steps,
              forward,
              Boolean.valueOf(words[1]),
              locked,
              parked,
              recovered,
              out);
      case "tried" ->
          with(
              words[1],
              new Step(
                  step(words[1]).status(), Integer.parseInt(words[2]), Instant.parse(words[3])));
      default -> with(words[1], new Step(Status.valueOf(words[0]), 0, null));
    };
  }

  /** Attempts count from the decision anew. */
  private RelayState decided(boolean how) {
    Map<String, Step> reset = new LinkedHashMap<>();
    steps.forEach((name, step) -> reset.put(name, new Step(step.status(), 0, null)));
    return new RelayState(
        tx, epoch, seq, startedAt, reset, how, done, locked, parked, recovered, out);
  }

  private RelayState with(String branch, Step step) {
    Map<String, Step> changed = new LinkedHashMap<>(steps);
    changed.put(branch, step);
    return new RelayState(
        tx, epoch, seq, startedAt, changed, forward, done, locked, parked, recovered, out);
  }

  RelayState calls(Map<String, Call> changed) {
    return new RelayState(
        tx,
        epoch,
        seq,
        startedAt,
        steps,
        forward,
        done,
        locked,
        parked,
        recovered,
        Map.copyOf(changed));
  }

  RelayState at(int newSeq, boolean isParked) {
    return new RelayState(
        tx, epoch, newSeq, startedAt, steps, forward, done, locked, isParked, recovered, out);
  }

  RelayState taken(Epoch by) {
    return new RelayState(
        tx, by, seq, startedAt, steps, forward, done, locked, parked, true, Map.of());
  }

  List<String> namesOf(Status status) {
    List<String> names = new ArrayList<>();
    steps.forEach(
        (name, step) -> {
          if (step.status() == status) {
            names.add(name);
          }
        });
    return names;
  }
}
