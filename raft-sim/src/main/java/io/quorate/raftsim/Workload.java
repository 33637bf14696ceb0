package io.quorate.raftsim;

import java.util.function.Consumer;

/**
 * What clients do. One object sees all of a run, in virtual time and by one thread, so it may keep
 * what it expects in fields and compare.
 */
public interface Workload {

  /**
   * The run begins.
   *
   * @param broken to be told of whatever must not be; the run fails with it
   */
  default void begin(Consumer<String> broken) {}

  /**
   * A client has nothing to do: gives it one thing, by {@link SimClient#propose} or {@link
   * SimClient#read}. Called again, after a pause, once that is over.
   */
  void next(SimClient client);
}
