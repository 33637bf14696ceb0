package io.quorate.raft.core;

import static java.util.Objects.requireNonNull;

import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.SnapshotMark;
import java.util.List;

/**
 * What nodes say to each other. Losing, repeating and reordering any of it costs time, never
 * safety.
 *
 * <p>A heartbeat and its answer say nothing about logs, so that neither can be taken for an
 * acknowledgement of entries.
 */
public sealed interface Message {

  /** The sender's term; of a pre-vote, the term it would campaign in. */
  long term();

  /**
   * Would you vote for me in this term? Raises nobody's term.
   *
   * @param lastIndex the last entry of the candidate's log
   * @param lastTerm its term
   */
  record PreVote(long term, long lastIndex, long lastTerm) implements Message {}

  /**
   * The answer to a {@link PreVote}.
   *
   * @param term the term asked about where granted, else the voter's own
   */
  record PreVoteReply(long term, boolean granted) implements Message {}

  /**
   * Vote for me in this term.
   *
   * @param lastIndex the last entry of the candidate's log
   * @param lastTerm its term
   * @param transfer the leader of the term before asked for it: its lease does not protect it
   */
  record RequestVote(long term, long lastIndex, long lastTerm, boolean transfer)
      implements Message {}

  /** The answer to a {@link RequestVote}. */
  record VoteReply(long term, boolean granted) implements Message {}

  /**
   * Entries, or none, and how far the group has agreed.
   *
   * @param previousIndex the entry before the first batch, or before what would come
   * @param previousTerm its term
   * @param batches consecutive, from {@code previousIndex + 1}
   * @param commitIndex the leader's
   * @param boot the follower's, as the leader last heard of it; see {@link Restored#boot}
   */
  record Append(
      long term,
      long previousIndex,
      long previousTerm,
      List<EntryBatch> batches,
      long commitIndex,
      long boot)
      implements Message {
    public Append {
      batches = List.copyOf(batches);
    }

    /** The last entry the follower has if it takes all. */
    public long lastIndex() {
      return batches.isEmpty() ? previousIndex : batches.getLast().lastIndex();
    }
  }

  /**
   * The follower's log agrees with the leader's up to an entry, durably.
   *
   * @param matchIndex that entry
   * @param commitIndex how far the follower knows the group to have agreed
   * @param boot the follower's
   */
  record AppendAck(long term, long matchIndex, long commitIndex, long boot) implements Message {}

  /**
   * The follower's log has no such previous entry.
   *
   * @param previousIndex the one of the {@link Append}; 0 where a node only tells of its start and
   *     of where its log ends
   * @param hintIndex the last entry at or before it whose term is not above the leader's there
   * @param hintTerm its term
   * @param boot the follower's
   */
  record AppendReject(long term, long previousIndex, long hintIndex, long hintTerm, long boot)
      implements Message {}

  /**
   * I lead this term.
   *
   * @param round grows with each one of a term
   * @param priority the highest of a voter the leader has heard of
   */
  record Heartbeat(long term, long round, int priority) implements Message {}

  /**
   * The answer to a {@link Heartbeat}, with its round.
   *
   * @param priority the follower's
   */
  record HeartbeatAck(long term, long round, int priority) implements Message {}

  /** The answer to a leader, or a candidate, of a term that is over. */
  record TermIsOver(long term) implements Message {}

  /**
   * A whole snapshot, already stored by the follower's runtime.
   *
   * @param mark what it stands for
   * @param boot as in {@link Append}
   */
  record InstallSnapshot(long term, SnapshotMark mark, long boot) implements Message {
    public InstallSnapshot {
      requireNonNull(mark, "mark");
    }
  }

  /** Campaign at once: the leader wants you to take over. */
  record TimeoutNow(long term) implements Message {}

  /**
   * Up to where must I have applied, to read what is agreed on now?
   *
   * @param request the asker's number for it
   */
  record ReadIndex(long term, long request) implements Message {}

  /** The answer to a {@link ReadIndex}. */
  record ReadIndexReply(long term, long request, long index) implements Message {}
}
