package io.quorate.saga;

import static java.util.Objects.requireNonNull;

import io.quorate.core.tx.codec.Codec;
import io.quorate.core.tx.machine.ProtocolId;
import io.quorate.core.tx.machine.TransactionProtocol;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a saga does: its steps, their order, and how long it may take. Immutable, thread-safe,
 * checked when built: a definition that exists can always be undone until its point of no return,
 * and always goes forward after it.
 *
 * <p>A running saga keeps the version it began with. Register the old definition beside the new one
 * to let it finish, or give the new one a {@link Migration}.
 *
 * @param <I> the input
 */
public final class SagaDefinition<I> {

  /** The family of saga protocols in {@link ProtocolId}. */
  public static final String FAMILY = "saga";

  private final ProtocolId id;
  private final Codec<I> input;
  private final SagaShape<I> shape;
  private final @Nullable Duration deadline;
  private final Durability durability;
  private final Map<Integer, Migration<I>> migrations;

  SagaDefinition(
      ProtocolId id,
      Codec<I> input,
      SagaShape<I> shape,
      @Nullable Duration deadline,
      Durability durability,
      Map<Integer, Migration<I>> migrations) {
    this.id = id;
    this.input = input;
    this.shape = shape;
    this.deadline = deadline;
    this.durability = durability;
    this.migrations = Map.copyOf(migrations);
  }

  /**
   * Starts a definition.
   *
   * @param name unique among the sagas of a log, 1..100 bytes
   * @param version at least 1; larger for each change of the steps or of the input
   */
  public static <I> SagaBuilder<I> named(String name, int version, Class<I> input) {
    return named(name, version, Codec.of(input));
  }

  /** As {@link #named(String, int, Class)}, with the input's own codec. */
  public static <I> SagaBuilder<I> named(String name, int version, Codec<I> input) {
    return new SagaBuilder<>(new ProtocolId(FAMILY, name, version), requireNonNull(input, "input"));
  }

  /** What the log calls this definition. */
  public ProtocolId id() {
    return id;
  }

  /** The durable form of the input. */
  public Codec<I> input() {
    return input;
  }

  /** All steps, nested ones included, in an order in which they could run. */
  public List<Step<I, ?>> steps() {
    return shape.steps();
  }

  /** The names of the steps that must be done before {@code step} starts. */
  public Set<String> after(String step) {
    return shape.after(step);
  }

  /** How long a saga may take until it is undone, unless it is past its point of no return. */
  public Optional<Duration> deadline() {
    return Optional.ofNullable(deadline);
  }

  /** When progress is forced to disk. */
  public Durability durability() {
    return durability;
  }

  /** The definition as a pure protocol, for coordinators and for the test kit. */
  public TransactionProtocol<?> protocol() {
    return new SagaProtocol<>(this);
  }

  SagaShape<I> shape() {
    return shape;
  }

  Map<Integer, Migration<I>> migrations() {
    return migrations;
  }

  @Override
  public String toString() {
    return id + " " + shape;
  }
}
