package io.quorate.testkit.sim;

import io.quorate.core.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@link Timers} as events of a world. */
final class SimTimers implements Timers {
  private final SimWorld world;
  private final List<SimEvent> armed = new ArrayList<>();
  private boolean closed;

  SimTimers(SimWorld world) {
    this.world = world;
  }

  @Override
  public Timer after(Duration delay, Runnable task) {
    if (closed) {
      throw new IllegalStateException("timers are closed");
    }
    armed.removeIf(SimEvent::isCancelled);
    SimEvent event = world.after(delay, task);
    armed.add(event);
    return event;
  }

  @Override
  public void close() {
    closed = true;
    armed.forEach(SimEvent::cancel);
    armed.clear();
  }
}
