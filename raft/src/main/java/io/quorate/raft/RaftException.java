package io.quorate.raft;

import io.quorate.raft.core.Refusal;
import org.jspecify.annotations.Nullable;

/** What a node could not do, and what is known of it. */
public abstract sealed class RaftException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private RaftException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Nothing was done: it may be tried again, here or where {@link #leader} says. */
  public static final class Refused extends RaftException {
    private static final long serialVersionUID = 1;
    private final Refusal why;
    private final long leader;

    /**
     * @param why which rule forbids it
     * @param leader who leads, as far as this node knows; 0 where it does not
     */
    public Refused(Refusal why, long leader) {
      super(
          "refused: %s%s; nothing was done"
              .formatted(why, leader == 0 ? "" : " (node " + leader + " leads)"),
          null);
      this.why = why;
      this.leader = leader;
    }

    /** Which rule forbids it. */
    public Refusal why() {
      return why;
    }

    /** Who leads, as far as this node knows; 0 where it does not. */
    public long leader() {
      return leader;
    }
  }

  /** It was appended, and another entry was agreed on in its place: it will never be applied. */
  public static final class Superseded extends RaftException {
    private static final long serialVersionUID = 1;
    private final long index;

    /**
     * @param index where it stood
     */
    public Superseded(long index) {
      super(
          "entry %d was agreed on with another content; this one was not applied and never will be"
              .formatted(index),
          null);
      this.index = index;
    }

    /** Where it stood. */
    public long index() {
      return index;
    }
  }

  /** It may have been done, or may yet be: find out by reading, or make it safe to do twice. */
  public static final class Unknown extends RaftException {
    private static final long serialVersionUID = 1;

    /**
     * @param what what is not known, and why
     */
    public Unknown(String what, @Nullable Throwable cause) {
      super(what + "; it may have been done, or may yet be", cause);
    }
  }

  /** The node has stopped, of itself or because it was closed. */
  public static final class Stopped extends RaftException {
    private static final long serialVersionUID = 1;

    /**
     * @param why what stopped it
     */
    public Stopped(String why, @Nullable Throwable cause) {
      super("this node has stopped: " + why, cause);
    }
  }
}
