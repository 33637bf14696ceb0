package io.quorate.saga;

import io.quorate.core.tx.Phase;
import io.quorate.core.tx.machine.Resolution;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is durably known of a saga. A record's body is a list of facts, and a saga's state is the
 * fold of all its facts: the live saga and the recovered one are the same function of the same
 * facts.
 */
sealed interface SagaFact {

  /**
   * A step as its definition had it when the saga began, so that a later version, which may know
   * another order, can still tell which steps may have been running.
   */
  record Outline(String step, StepKind kind, boolean locks, Set<String> after) {
    public Outline {
      after = Set.copyOf(after);
    }
  }

  /** It began; the first fact of every history. */
  record Began(
      byte[] input,
      Instant startedAt,
      @Nullable Instant deadline,
      Durability durability,
      List<Outline> outline)
      implements SagaFact {
    public Began {
      outline = List.copyOf(outline);
    }
  }

  /** The lock of a step is held; the step may be running from now on. */
  record Locked(String step) implements SagaFact {}

  /** An attempt had an unknown outcome; another follows at {@code retryAt}. */
  record Tried(String step, Phase phase, int attempt, Instant retryAt, String cause)
      implements SagaFact {}

  /** A step is done. */
  record Done(String step, byte[] result) implements SagaFact {}

  /** A step has refused and had no effect. */
  record Refused(String step, String reason) implements SagaFact {}

  /**
   * The saga is to be undone.
   *
   * @param doubtful the steps that may have run although no answer is known
   */
  record Decided(String why, List<String> doubtful) implements SagaFact {
    public Decided {
      doubtful = List.copyOf(doubtful);
    }
  }

  /** A step is undone. */
  record Undone(String step) implements SagaFact {}

  /** A step waits for a person. */
  record Parked(String step, Phase phase, int attempts, String why) implements SagaFact {}

  /** A participant holds the opposite of what was asked. */
  record Conflicted(String step, Phase phase, String fact) implements SagaFact {}

  /** A person has decided. */
  record Resolved(Resolution resolution, Instant at) implements SagaFact {}

  /**
   * From here on the saga follows another version of its definition. Holds all that a later reader
   * needs, so that the migration itself may be gone by then.
   *
   * @param names what each earlier step is called now
   * @param input the input in its new form
   * @param outline the steps of the version followed from here on
   */
  record Migrated(int from, int to, Map<String, String> names, byte[] input, List<Outline> outline)
      implements SagaFact {
    public Migrated {
      names = Map.copyOf(names);
      outline = List.copyOf(outline);
    }
  }

  /**
   * It was taken up after a crash that may have lost answers its caller was told of: from here on
   * it goes forward unless a participant refuses. Only under {@link Durability#START_DURABLE}.
   */
  record Resumed() implements SagaFact {}

  /** It is over: done, or undone. */
  record Ended(boolean done) implements SagaFact {}
}
