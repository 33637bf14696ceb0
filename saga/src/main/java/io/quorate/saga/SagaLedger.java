package io.quorate.saga;

import io.quorate.core.tx.Phase;
import io.quorate.core.tx.machine.Resolution;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fold of a saga's facts: all that is durably known, and nothing else. Immutable.
 *
 * @param began how it began, with the input in the form of the version followed now
 * @param version the version of the definition followed now
 * @param steps what is known of each step anything is known of
 * @param undoing why it is being undone; {@code null} while it goes forward
 * @param resumed whether a crash may have lost answers its caller was told of
 * @param ended how it ended: true for done; {@code null} while it has not
 */
record SagaLedger(
    SagaFact.Began began,
    int version,
    Map<String, StepState> steps,
    @Nullable String undoing,
    boolean resumed,
    @Nullable Boolean ended) {

  static SagaLedger begin(SagaFact.Began began, int version) {
    return new SagaLedger(began, version, Map.of(), null, false, null);
  }

  StepState step(String name) {
    return steps.getOrDefault(name, StepState.NEW);
  }

  boolean forward() {
    return undoing == null;
  }

  /** The steps without an answer that the version followed so far may have called. */
  Set<String> mayBeRunning() {
    Set<String> running = new LinkedHashSet<>();
    for (SagaFact.Outline outline : began.outline()) {
      StepState state = step(outline.step());
      boolean free =
          outline.after().stream().allMatch(name -> step(name).is(StepState.Status.DONE))
              && (state.locked() || !outline.locks());
      if (forward() && state.is(StepState.Status.IDLE) && (state.mayHaveRun() || free)) {
        running.add(outline.step());
      }
    }
    return running;
  }

  SagaLedger apply(SagaFact fact) {
    return switch (fact) {
      case SagaFact.Began again ->
          throw new IllegalStateException("a second begin at " + again.startedAt());
      case SagaFact.Locked(String step) -> with(step, step(step).withLock());
      case SagaFact.Tried t ->
          with(t.step(), step(t.step()).tried(t.attempt(), t.retryAt(), t.cause()));
      case SagaFact.Done(String step, byte[] result) -> with(step, step(step).done(result));
      case SagaFact.Refused(String step, String reason) ->
          with(step, step(step).to(StepState.Status.REFUSED, reason));
      case SagaFact.Decided decided -> decide(decided);
      case SagaFact.Undone(String step) -> with(step, step(step).to(StepState.Status.UNDONE, ""));
      case SagaFact.Parked(String step, Phase phase, int attempts, String why) ->
          with(
              step,
              step(step)
                  .parked(
                      phase == Phase.TRY ? StepState.Status.PARKED : StepState.Status.PARKED_UNDO,
                      attempts,
                      why));
      case SagaFact.Conflicted(String step, Phase phase, String what) ->
          with(step, step(step).to(StepState.Status.CONFLICT, phase + ": " + what));
      case SagaFact.Resolved resolved -> resolve(resolved.resolution());
      case SagaFact.Migrated migrated -> migrate(migrated);
      case SagaFact.Resumed() -> new SagaLedger(began, version, steps, undoing, true, ended);
      case SagaFact.Ended(boolean done) ->
          new SagaLedger(began, version, steps, undoing, resumed, done);
    };
  }

  /** The step may have been called by an earlier life; known to the present one only. */
  SagaLedger asked(String step) {
    return with(step, step(step).asked());
  }

  private SagaLedger with(String step, StepState state) {
    Map<String, StepState> changed = new LinkedHashMap<>(steps);
    changed.put(step, state);
    return new SagaLedger(began, version, changed, undoing, resumed, ended);
  }

  private SagaLedger decide(SagaFact.Decided decided) {
    Map<String, StepState> changed = new LinkedHashMap<>();
    steps.forEach(
        (name, state) ->
            changed.put(
                name, state.is(StepState.Status.IDLE) ? state.to(state.status(), "") : state));
    for (String step : decided.doubtful()) {
      changed.put(step, step(step).to(StepState.Status.DOUBTFUL, "no answer when undoing began"));
    }
    return new SagaLedger(began, version, changed, decided.why(), resumed, ended);
  }

  private SagaLedger resolve(Resolution resolution) {
    String name = resolution.branch();
    StepState state = step(name);
    String note = resolution.action() + " by " + resolution.by() + ": " + resolution.why();
    return switch (resolution.action()) {
      case UNDO -> this;
      case TAKE_AS_DONE -> with(name, state.done(null));
      case TAKE_AS_UNDONE ->
          with(
              name, state.to(forward() ? StepState.Status.REFUSED : StepState.Status.UNDONE, note));
      case RETRY ->
          with(
              name,
              state.to(
                  forward()
                      ? StepState.Status.IDLE
                      : state.result() == null ? StepState.Status.DOUBTFUL : StepState.Status.DONE,
                  note));
    };
  }

  private SagaLedger migrate(SagaFact.Migrated migrated) {
    Map<String, StepState> renamed = new LinkedHashMap<>();
    steps.forEach((name, state) -> renamed.put(migrated.names().getOrDefault(name, name), state));
    // The new version may know another order: note what may have been running under the old one.
    for (String old : mayBeRunning()) {
      String name = migrated.names().getOrDefault(old, old);
      StepState state = renamed.getOrDefault(name, StepState.NEW);
      renamed.put(
          name, new StepState(state.status(), 0, null, null, state.detail(), state.locked(), true));
    }
    SagaFact.Began now =
        new SagaFact.Began(
            migrated.input(),
            began.startedAt(),
            began.deadline(),
            began.durability(),
            migrated.outline());
    return new SagaLedger(now, migrated.to(), renamed, undoing, resumed, ended);
  }
}
