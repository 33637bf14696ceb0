package io.quorate.raft.progress;

/**
 * How far one follower is, as its leader knows it.
 *
 * <pre>
 *            ack                       entries gone
 *   PROBE ─────────▶ REPLICATE    any ─────────────▶ SNAPSHOT ──── sent, or ack ───▶ PROBE
 *     ◀── reject, unreachable ──┘
 * </pre>
 *
 * <p>Invariant: {@code 0 <= match < next}. Not safe for use by several threads.
 */
public final class Progress {

  /** How entries are sent. */
  public enum State {
    /** One message at a time, until it is known where the logs agree. */
    PROBE,
    /** As many as the window allows, before they are answered. */
    REPLICATE,
    /** None: a snapshot is under way. */
    SNAPSHOT
  }

  private final long node;
  private final Inflight inflight;
  private State state = State.PROBE;

  /** The last entry the follower has acknowledged as durable. Falls only with a new boot. */
  private long match;

  /** The first entry to send; those from {@code match + 1} on to it are under way. */
  private long next;

  /** PROBE: whether the one message is under way. */
  private boolean probeSent;

  /** The last heartbeat sent, and the last one sent before the probe. */
  private long sentRound;

  private long probeRound;

  /** REPLICATE: whether to ask where the follower is, although the window may be full. */
  private boolean nudge;

  /** SNAPSHOT: the last entry of the snapshot that is under way. */
  private long pendingSnapshot;

  /** The commit index sent last, and the one the follower has said it knows. */
  private long sentCommit;

  private long knownCommit;

  /** When anything came from the follower last. */
  private long lastActiveNanos;

  /** The last heartbeat it has answered. */
  private long round;

  /** The start of the follower that {@code match} is of. */
  private long boot;

  private int priority;

  /**
   * Of a follower of which nothing is known.
   *
   * @param node who
   * @param next the first entry to try
   * @param nowNanos when
   */
  public Progress(long node, long next, int messagesMax, long bytesMax, long nowNanos) {
    this.node = node;
    this.next = next;
    inflight = new Inflight(messagesMax, bytesMax);
    lastActiveNanos = nowNanos;
  }

  /** Who. */
  public long node() {
    return node;
  }

  /** How entries are sent now. */
  public State state() {
    return state;
  }

  /** The last entry it has acknowledged as durable. */
  public long match() {
    return match;
  }

  /** The first entry to send. */
  public long next() {
    return next;
  }

  /** The last entry of the snapshot that is under way; 0 if none is. */
  public long pendingSnapshot() {
    return state == State.SNAPSHOT ? pendingSnapshot : 0;
  }

  /** How many bytes of entries are under way. */
  public long inflightBytes() {
    return inflight.bytes();
  }

  /** How many messages with entries are under way. */
  public int inflightMessages() {
    return inflight.count();
  }

  /** The commit index sent last. */
  public long sentCommit() {
    return sentCommit;
  }

  /** When anything came from the follower last. */
  public long lastActiveNanos() {
    return lastActiveNanos;
  }

  /** The last heartbeat it has answered. */
  public long round() {
    return round;
  }

  /** Its latest start that the leader knows of. */
  public long boot() {
    return boot;
  }

  /** Its priority, as it said last. */
  public int priority() {
    return priority;
  }

  /** Whether no entries may be sent now. */
  public boolean isPaused() {
    return switch (state) {
      case PROBE -> probeSent;
      case REPLICATE -> inflight.isFull();
      case SNAPSHOT -> true;
    };
  }

  /** Whether the follower is to be asked where it is, by a message without entries. */
  public boolean needsNudge() {
    return nudge && state == State.REPLICATE;
  }

  /** The follower waits for a message that shows that its start is known. */
  public void nudge() {
    nudge = true;
  }

  /** Entries from {@code next} to {@code lastIndex} were sent; none, if it is before that. */
  public void sent(long lastIndex, long bytes, long commitIndex) {
    sentCommit = commitIndex;
    nudge = false;
    switch (state) {
      case PROBE -> probeIsUnderWay();
      case REPLICATE -> {
        if (lastIndex >= next) {
          next = lastIndex + 1;
          inflight.add(lastIndex, bytes);
        }
      }
      case SNAPSHOT -> throw new IllegalStateException("state: SNAPSHOT (expected: another)");
    }
  }

  /**
   * The follower has acknowledged all up to {@code index}.
   *
   * @return whether that is news
   */
  public boolean acknowledged(long index, long commitIndex) {
    knownCommit = Math.max(knownCommit, commitIndex);
    inflight.freeTo(index);
    boolean news = index > match;
    if (news) {
      match = index;
    }
    if (index >= match && state == State.PROBE) {
      state = State.REPLICATE;
      inflight.clear();
      next = match + 1;
    }
    next = Math.max(next, match + 1);
    return news;
  }

  /**
   * The follower refused entries behind {@code previousIndex}.
   *
   * @param tryNext the first entry to try instead
   * @return whether that is news, not an answer to something older
   */
  public boolean rejected(long previousIndex, long tryNext) {
    if (state == State.REPLICATE) {
      if (previousIndex <= match) {
        return false;
      }
      probeFrom(match + 1);
      return true;
    }
    if (previousIndex != next - 1) {
      return false;
    }
    next = Math.max(Math.min(previousIndex, tryNext), match + 1);
    probeSent = false;
    return true;
  }

  /** Sends one message at a time again, from {@code tryNext} on. */
  public void probeFrom(long tryNext) {
    state = State.PROBE;
    next = Math.max(tryNext, match + 1);
    probeSent = false;
    nudge = false;
    inflight.clear();
  }

  /** A snapshot that ends with {@code index} is sent instead of entries. */
  public void snapshot(long index) {
    state = State.SNAPSHOT;
    pendingSnapshot = index;
    probeSent = false;
    inflight.clear();
  }

  /** The snapshot has been sent, or could not be: go on behind it, or try again, in a while. */
  public void snapshotSent(boolean delivered) {
    if (state == State.SNAPSHOT) {
      probeFrom(delivered ? pendingSnapshot + 1 : match + 1);
      probeIsUnderWay();
    }
  }

  private void probeIsUnderWay() {
    probeSent = true;
    probeRound = sentRound;
  }

  /** A heartbeat goes out. */
  public void heartbeatSent(long number) {
    sentRound = number;
  }

  /** Anything came from the follower. */
  public void active(long nowNanos) {
    lastActiveNanos = nowNanos;
  }

  /** A heartbeat was answered: what was sent before it and not answered by now may be lost. */
  public void heartbeatAnswered(long answered, int itsPriority, long lastIndex, long commitIndex) {
    round = Math.max(round, answered);
    priority = itsPriority;
    if (answered > probeRound) {
      probeSent = false;
    }
    if (match < lastIndex) {
      nudge = true;
    }
    if (knownCommit < commitIndex) {
      sentCommit = Math.min(sentCommit, knownCommit);
    }
  }

  /**
   * The follower was started again: what it acknowledged before is not believed any more.
   *
   * @param itsBoot the start it speaks of
   * @return whether it is the latest start that is known
   */
  public boolean speaksOf(long itsBoot) {
    if (itsBoot > boot) {
      boolean first = boot == 0;
      boot = itsBoot;
      if (!first) {
        match = 0;
        knownCommit = 0;
        if (state != State.SNAPSHOT) {
          probeFrom(next);
        }
      }
    }
    return itsBoot == boot;
  }

  @Override
  public String toString() {
    return "%d %s match=%d next=%d%s"
        .formatted(node, state, match, next, isPaused() ? " paused" : "");
  }
}
