package io.quorate.raftsim;

import static java.util.Objects.requireNonNull;

import io.quorate.raft.StateMachine;
import io.quorate.raftsim.fault.Faults;
import io.quorate.raftsim.register.RegisterWorkload;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One run of a group in virtual time: nodes, disks, network and clients on one thread, all decided
 * by the seed. Faults for a while, then none: then the group must come to rest, alike everywhere,
 * and work.
 *
 * <p><b>Threads.</b> For one thread; different runs may be run by different ones.
 */
public final class RaftSimulation {
  private final Supplier<StateMachine> machines;
  private Workload workload;
  private int nodes = 3;
  private int spares = 2;
  private int clients = 6;
  private long seed = 1;
  private long faultyNanos = 4_000_000_000L;
  private @Nullable Faults faults;
  private @Nullable Consumer<String> reader;
  private boolean lyingDisks;
  private boolean realStores;

  private RaftSimulation(Supplier<StateMachine> machines, Workload workload) {
    this.machines = requireNonNull(machines, "machines");
    this.workload = requireNonNull(workload, "workload");
  }

  /**
   * A run of somebody's state machine; it needs a {@link #workload} too.
   *
   * @param machines makes an empty one, for each start of each node
   */
  public static RaftSimulation of(Supplier<StateMachine> machines) {
    return new RaftSimulation(
        machines,
        client -> {
          throw new IllegalStateException("workload: none (expected: one)");
        });
  }

  /** A run of the simulator's own registers. */
  public static RaftSimulation ofRegisters() {
    RegisterWorkload registers = new RegisterWorkload();
    return new RaftSimulation(registers::machine, registers);
  }

  /** What clients do. */
  public RaftSimulation workload(Workload value) {
    workload = requireNonNull(value, "workload");
    return this;
  }

  /** How many nodes the group begins with; default 3, 1 to 9. */
  public RaftSimulation nodes(int value) {
    nodes = requireWithin("nodes", value, 1, 9);
    return this;
  }

  /** How many more nodes there are, for the group to take in; default 2, 0 to 9. */
  public RaftSimulation spares(int value) {
    spares = requireWithin("spares", value, 0, 9);
    return this;
  }

  /** How many clients there are; default 6, 1 to 99. */
  public RaftSimulation clients(int value) {
    clients = requireWithin("clients", value, 1, 99);
    return this;
  }

  /** What decides everything; default 1. */
  public RaftSimulation seed(long value) {
    seed = value;
    return this;
  }

  /** For how long there are faults, in virtual nanoseconds; default 4 s. */
  public RaftSimulation faultyNanos(long value) {
    faultyNanos = value;
    return this;
  }

  /** What goes wrong; default: the seed's own {@link Faults#swarm}. */
  public RaftSimulation faults(Faults value) {
    faults = requireNonNull(value, "faults");
    return this;
  }

  /** Told of all that happens, in words; default nobody. */
  public RaftSimulation trace(Consumer<String> value) {
    reader = requireNonNull(value, "trace");
    return this;
  }

  /**
   * Whether nodes have the real store, its log and snapshots on simulated disks of sectors, instead
   * of a model of one, which is about three times as fast; default the model.
   */
  public RaftSimulation realStores(boolean value) {
    realStores = value;
    return this;
  }

  /** All disks call durable what is not: shows that the simulator would notice. */
  RaftSimulation lyingDisks() {
    lyingDisks = true;
    return this;
  }

  private static int requireWithin(String field, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s: %d (expected: %d..%d)".formatted(field, value, least, most));
    }
    return value;
  }

  /** Runs, to the end or to the first violation. */
  public SimulationReport run() {
    return new Run(this).run();
  }

  Supplier<StateMachine> machines() {
    return machines;
  }

  Workload workload() {
    return workload;
  }

  int nodes() {
    return nodes;
  }

  int spares() {
    return spares;
  }

  int clients() {
    return clients;
  }

  long seed() {
    return seed;
  }

  long faultyNanos() {
    return faultyNanos;
  }

  @Nullable Faults faults() {
    return faults;
  }

  @Nullable Consumer<String> reader() {
    return reader;
  }

  boolean hasRealStores() {
    return realStores;
  }

  boolean areDisksLying() {
    return lyingDisks;
  }
}
