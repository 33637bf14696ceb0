package io.quorate.saga;

import static java.util.Objects.requireNonNull;

import io.quorate.core.tx.codec.Codec;
import io.quorate.core.tx.machine.ProtocolId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a saga that began with an older version of its definition goes on with the new one: what each
 * old step is called now, which steps are new, and which are gone. Checked when the new definition
 * is built: every step of it must be kept, renamed or added, so that a forgotten one is found
 * before anything runs. A saga whose history holds a step the migration does not mention is parked,
 * not guessed. Immutable.
 *
 * @param <I> the new version's input
 */
public final class Migration<I> {
  private final int from;
  private final @Nullable Function<byte[], byte[]> input;
  private final Map<String, String> names;
  private final Set<String> added;
  private final Map<String, Step<I, ?>> retired;

  private Migration(
      int from,
      @Nullable Function<byte[], byte[]> input,
      Map<String, String> names,
      Set<String> added,
      Map<String, Step<I, ?>> retired) {
    this.from = from;
    this.input = input;
    this.names = names;
    this.added = added;
    this.retired = retired;
  }

  /**
   * A migration from an older version whose input is the same.
   *
   * @param from the older version, at least 1
   */
  public static <I> Migration<I> from(int from) {
    if (from < 1) {
      throw new IllegalArgumentException("from: " + from + " (expected: >= 1)");
    }
    return new Migration<>(from, null, Map.of(), Set.of(), Map.of());
  }

  /** The input has changed: {@code change} makes the new one from the old one. A pure function. */
  public <O> Migration<I> input(Codec<O> old, Codec<I> now, Function<O, I> change) {
    requireNonNull(old, "old");
    requireNonNull(now, "now");
    requireNonNull(change, "change");
    return new Migration<>(
        from, bytes -> now.encode(change.apply(old.decode(bytes))), names, added, retired);
  }

  /** Steps that are the same under the same name. */
  public Migration<I> keep(String... steps) {
    Migration<I> with = this;
    for (String step : steps) {
      with = with.rename(step, step);
    }
    return with;
  }

  /** A step that has another name now; its result must still be readable. */
  public Migration<I> rename(String old, String now) {
    if (names.containsKey(old) || retired.containsKey(old)) {
      throw new InvalidSagaException(
          "migration from version %d: old step \"%s\" twice".formatted(from, old));
    }
    if (names.containsValue(now) || added.contains(now)) {
      throw new InvalidSagaException(
          "migration from version %d: new step \"%s\" twice".formatted(from, now));
    }
    Map<String, String> more = new LinkedHashMap<>(names);
    more.put(requireNonNull(old, "old"), requireNonNull(now, "now"));
    return new Migration<>(from, input, more, added, retired);
  }

  /** Steps the old version did not have. */
  public Migration<I> add(String... steps) {
    Set<String> more = new LinkedHashSet<>(added);
    for (String step : steps) {
      if (names.containsValue(step) || !more.add(step)) {
        throw new InvalidSagaException(
            "migration from version %d: new step \"%s\" twice".formatted(from, step));
      }
    }
    return new Migration<>(from, input, names, more, retired);
  }

  /**
   * A step that is gone: never started any more, but undone with the rest where it may have run.
   */
  public Migration<I> retire(Step<I, ?> step) {
    if (names.containsKey(step.name()) || retired.containsKey(step.name())) {
      throw new InvalidSagaException(
          "migration from version %d: old step \"%s\" twice".formatted(from, step.name()));
    }
    Map<String, Step<I, ?>> more = new LinkedHashMap<>(retired);
    more.put(step.name(), step);
    return new Migration<>(from, input, names, added, more);
  }

  /** The older version. */
  public int from() {
    return from;
  }

  byte[] input(byte[] old) {
    Function<byte[], byte[]> change = input;
    return change == null ? old : change.apply(old);
  }

  /** What an old step is called now; empty for one this migration does not know. */
  Optional<String> nameOf(String old) {
    return retired.containsKey(old) ? Optional.of(old) : Optional.ofNullable(names.get(old));
  }

  Map<String, Step<I, ?>> retired() {
    return retired;
  }

  /** The old version's steps, as far as this migration says. */
  Set<String> oldNames() {
    Set<String> all = new LinkedHashSet<>(names.keySet());
    all.addAll(retired.keySet());
    return all;
  }

  void check(ProtocolId id, SagaShape<I> shape) {
    List<String> forgotten = new ArrayList<>(shape.names());
    forgotten.removeAll(names.values());
    forgotten.removeAll(added);
    if (!forgotten.isEmpty()) {
      throw new InvalidSagaException(
          "saga %s: migration from version %d says nothing of %s (expected: keep, rename or add)"
              .formatted(id, from, forgotten));
    }
    Set<String> unknown = new LinkedHashSet<>(names.values());
    unknown.addAll(added);
    unknown.removeAll(shape.names());
    if (!unknown.isEmpty()) {
      throw new InvalidSagaException(
          "saga %s: migration from version %d leads to %s, which are not steps of it %s"
              .formatted(id, from, unknown, shape.names()));
    }
    for (String gone : retired.keySet()) {
      if (shape.has(gone)) {
        throw new InvalidSagaException(
            "saga %s: migration from version %d retires \"%s\", which is a step of it"
                .formatted(id, from, gone));
      }
    }
  }
}
