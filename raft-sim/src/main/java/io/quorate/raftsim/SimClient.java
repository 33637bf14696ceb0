package io.quorate.raftsim;

import io.quorate.raft.StateMachine;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;

/** A client of the group. It finds the leader by itself, or fails to. */
public interface SimClient {

  /** Which one, from 0. */
  int id();

  /** Random numbers of its own. */
  SplittableRandom random();

  /** The time, in nanoseconds since the run began. */
  long nowNanos();

  /**
   * Proposes a command, once; trying again is another command.
   *
   * @param then told once what became of it
   */
  void propose(byte[] command, Consumer<Outcome> then);

  /**
   * Reads linearizably, at any node.
   *
   * @param lookup asked on that node, of its state machine
   * @param then told once what became of it
   */
  void read(Function<StateMachine, byte[]> lookup, Consumer<Outcome> then);
}
