package io.quorate.raftsim.node;

import io.quorate.raftsim.world.World;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** Runs tasks one at a time, in order, each turn after a while; none while it is paused or dead. */
final class SimLane implements Executor {
  private final World world;
  private final LongSupplier delayNanos;
  private final IntSupplier tasksATurn;
  private final Consumer turn;
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private boolean armed;
  private boolean paused;
  private boolean dead;

  /** What is done around tasks. */
  interface Consumer {
    /** Runs a task, and what is to follow each. */
    void task(Runnable task);

    /** A turn is over. */
    void endTurn();
  }

  SimLane(World world, LongSupplier delayNanos, IntSupplier tasksATurn, Consumer turn) {
    this.world = world;
    this.delayNanos = delayNanos;
    this.tasksATurn = tasksATurn;
    this.turn = turn;
  }

  @Override
  public void execute(Runnable task) {
    if (!dead) {
      tasks.add(task);
      arm();
    }
  }

  private void arm() {
    if (!armed && !paused && !tasks.isEmpty()) {
      armed = true;
      world.after(delayNanos.getAsLong(), this::run);
    }
  }

  private void run() {
    armed = false;
    if (dead || paused) {
      return;
    }
    int many = tasksATurn.getAsInt();
    for (int i = 0; i < many && !tasks.isEmpty() && !dead; i++) {
      turn.task(tasks.remove());
    }
    if (!dead) {
      turn.endTurn();
    }
    arm();
  }

  void pause() {
    paused = true;
  }

  void resume() {
    paused = false;
    arm();
  }

  void die() {
    dead = true;
    tasks.clear();
  }

  int waiting() {
    return tasks.size();
  }
}
