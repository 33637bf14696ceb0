package io.quorate.raft.core;

import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.SnapshotMark;

/**
 * What a node wants done. Called during {@link RaftCore#step}, in the order in which it is to be
 * done; an implementation must not call the core back.
 *
 * <p><b>Writes</b> carry numbers, 1, 2, 3 and so on. They take effect in that order, and once all
 * up to a number are durable the core is told by {@link Input.Persisted}. Whoever performs them may
 * force many at once; telling early is the one way to break the protocol from outside.
 *
 * <p><b>Messages</b> may leave as soon as they are handed over: what depends on a write is handed
 * over once that is durable, and not before.
 */
public interface Effects {

  /** Write: the term and the vote are these. */
  void hardState(long write, HardState state);

  /** Write: add a batch at the end of the log. */
  void append(long write, EntryBatch batch);

  /** Write: drop all entries from {@code firstIndex} on; none of them is committed. */
  void truncate(long write, long firstIndex);

  /**
   * Write: a snapshot that has been received takes the place of the whole log, and of what the
   * state machine has applied.
   */
  void installSnapshot(long write, SnapshotMark mark);

  /** Send a message. */
  void send(long to, Message message);

  /**
   * Send entries of the log: an {@link Message.Append} with all batches from {@code previousIndex +
   * 1} to {@code lastIndex}. If their bytes cannot be had at once, they may be sent later only
   * while the node still leads the same term.
   */
  void sendAppend(
      long to,
      long term,
      long previousIndex,
      long previousTerm,
      long lastIndex,
      long commitIndex,
      long boot);

  /**
   * Send the latest snapshot, which reaches at least to {@code minimumIndex}; then say {@link
   * Input.SnapshotSent}. Only one at a time is wanted for a node.
   */
  void sendSnapshot(long to, long term, long minimumIndex, long boot);

  /** All entries up to this one are agreed on and durable here: apply them. Grows strictly. */
  void apply(long index);

  /** A read may be answered once {@code index} is applied. */
  void readReady(long read, long index);

  /** A read cannot be answered: nothing was promised. */
  void readRefused(long read, Refusal why);

  /**
   * The proposal, the change of membership or the transfer of this very step is refused, or a
   * transfer that began earlier has failed. Nothing was written for it.
   */
  void refused(Refusal why);

  /** Entries up to this one, from the log's beginning, may be forgotten; a snapshot has them. */
  void compact(long index);

  /** Write: the log holds all that it may have lost, so {@link Restored#inDoubt} is over. */
  void doubtOver(long write);

  /** The role, the term or the leader has changed. */
  void role(RoleChange change);
}
