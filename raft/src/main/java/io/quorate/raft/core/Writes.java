package io.quorate.raft.core;

import java.util.ArrayList;
import java.util.List;

/**
 * The writes that were asked for and are not durable yet, and what is held back until they are.
 *
 * <p>A write is known by its number alone. An entry of the same index and term that was written,
 * truncated and written again has another number, so a late answer about the first cannot be taken
 * for one about the second.
 */
final class Writes {

  /** A message that rests on writes. */
  private record Held(long write, long to, Message message) {}

  /** No statement about the log. */
  private static final long NO_LOG = -1;

  private long issued;
  private long persisted;
  private long lastHardState;

  /**
   * Of write {@code persisted + 1 + i}, in rings: where the log ends once it is durable, or {@link
   * #NO_LOG}; and when it was asked for.
   */
  private long[] logEnds = new long[64];

  private long[] times = new long[64];
  private int from;

  private long durableIndex;
  private final List<Held> held = new ArrayList<>();

  Writes(long durableIndex) {
    this.durableIndex = durableIndex;
  }

  /** The last entry that is durable, of those the log holds now. */
  long durableIndex() {
    return durableIndex;
  }

  /** The number of the last write that is durable. */
  long persisted() {
    return persisted;
  }

  /** The number of the last write that was asked for. */
  long issued() {
    return issued;
  }

  /** How many writes are not durable yet. */
  int pending() {
    return (int) (issued - persisted);
  }

  /** When the oldest write that is not durable was asked for; {@code now} where there is none. */
  long oldestSince(long now) {
    return issued == persisted ? now : times[from];
  }

  long hardState(long now) {
    lastHardState = next(NO_LOG, now);
    return lastHardState;
  }

  long doubtOver(long now) {
    return next(NO_LOG, now);
  }

  long append(long lastIndex, long now) {
    return next(lastIndex, now);
  }

  long truncate(long firstIndex, long now) {
    long end = firstIndex - 1;
    durableIndex = Math.min(durableIndex, end);
    for (int i = 0; i < pending(); i++) {
      int at = slot(i);
      logEnds[at] = Math.min(logEnds[at], end);
    }
    return next(end, now);
  }

  long installSnapshot(long index, long now) {
    durableIndex = 0;
    for (int i = 0; i < pending(); i++) {
      logEnds[slot(i)] = NO_LOG;
    }
    return next(index, now);
  }

  private long next(long logEnd, long now) {
    if (pending() == logEnds.length) {
      grow();
    }
    int at = slot(pending());
    logEnds[at] = logEnd;
    times[at] = now;
    return ++issued;
  }

  private int slot(int i) {
    return (from + i) & (logEnds.length - 1);
  }

  private void grow() {
    int size = logEnds.length;
    long[] moreEnds = new long[size * 2];
    long[] moreTimes = new long[size * 2];
    for (int i = 0; i < size; i++) {
      moreEnds[i] = logEnds[slot(i)];
      moreTimes[i] = times[slot(i)];
    }
    logEnds = moreEnds;
    times = moreTimes;
    from = 0;
  }

  /** Sends a message once the term and the vote of now are durable. */
  void sendInTerm(long to, Message message, Effects out) {
    sendAfter(lastHardState, to, message, out);
  }

  /** Sends a message once all that was written so far is durable. */
  void sendDurably(long to, Message message, Effects out) {
    sendAfter(issued, to, message, out);
  }

  private void sendAfter(long write, long to, Message message, Effects out) {
    if (write <= persisted) {
      out.send(to, message);
    } else {
      held.add(new Held(write, to, message));
    }
  }

  /**
   * All writes up to a number are durable: sends what rested on them. Of the acknowledgements that
   * one leader would get at once, it gets the last.
   */
  void persisted(long write, Effects out) {
    Invariant.require(write <= issued, "a write is durable that was not asked for", write, issued);
    while (persisted < write) {
      long end = logEnds[from];
      if (end != NO_LOG) {
        durableIndex = end;
      }
      from = slot(1);
      persisted++;
    }
    if (held.isEmpty() || held.stream().noneMatch(each -> each.write <= write)) {
      return;
    }
    List<Held> due = held.stream().filter(each -> each.write <= write).toList();
    held.removeIf(each -> each.write <= write);
    for (int i = 0; i < due.size(); i++) {
      if (!isOutdone(due, i)) {
        out.send(due.get(i).to, due.get(i).message);
      }
    }
  }

  private static boolean isOutdone(List<Held> due, int at) {
    if (!(due.get(at).message instanceof Message.AppendAck ack)) {
      return false;
    }
    for (int i = due.size() - 1; i > at; i--) {
      if (due.get(i).message instanceof Message.AppendAck later) {
        return later.term() == ack.term()
            && due.get(i).to == due.get(at).to
            && later.matchIndex() >= ack.matchIndex();
      }
    }
    return false;
  }
}
