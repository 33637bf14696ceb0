package io.quorate.raftsim.soak;

import java.time.Duration;
import java.util.List;

/**
 * What goes wrong at once, and for how long.
 *
 * @param kinds one or more; each strikes other nodes, where it strikes nodes
 * @param lasts until it is healed
 */
public record Fault(List<Kind> kinds, Duration lasts) {

  /** What can go wrong. */
  public enum Kind {
    /** Nothing; more often than not it is not. */
    CALM,
    /** Any node is killed, as by {@code kill -9}, and started again. */
    KILL_ONE,
    /** The leader is. */
    KILL_LEADER,
    /** Two are. */
    KILL_TWO,
    /** All are. */
    KILL_ALL,
    /** Any node stands still, as by {@code kill -STOP}, and goes on. */
    PAUSE_ONE,
    /** The leader does. */
    PAUSE_LEADER,
    /** Connections to and from the leader break and are refused. */
    ISOLATE_LEADER,
    /** Nothing is read that goes to or comes from the leader: no error tells of it. */
    STALL_LEADER,
    /** The leader hears the others, and they do not hear it. */
    MUTE_LEADER,
    /** The others hear the leader, and it does not hear them. */
    DEAFEN_LEADER,
    /** Nodes form a ring, and one link of it is cut: each reaches its neighbours at most. */
    RING,
    /** All links are late. */
    LATE,
    /** Forces of any node's log take 200 ms to 2 s. */
    SLOW_DISK,
    /** Those of the leader's do. */
    SLOW_LEADER_DISK
  }

  public Fault {
    kinds = List.copyOf(kinds);
    if (kinds.isEmpty()) {
      throw new IllegalArgumentException("kinds: [] (expected: at least one)");
    }
    if (lasts.isNegative()) {
      throw new IllegalArgumentException("lasts: " + lasts + " (expected: >= 0)");
    }
  }

  /** One kind. */
  public static Fault of(Kind kind, Duration lasts) {
    return new Fault(List.of(kind), lasts);
  }
}
