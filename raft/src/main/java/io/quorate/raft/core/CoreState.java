package io.quorate.raft.core;

import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.LogIndex;
import io.quorate.raft.log.Payload;
import io.quorate.raft.log.SnapshotMark;
import java.util.random.RandomGenerator;

/** What the parts of a node share: its term, its log, how far it is, and what it has asked for. */
final class CoreState {
  final CoreConfig config;
  final long self;
  final LogIndex log;
  final Writes writes;
  final long boot;
  private final RandomGenerator random;
  private final long electionNanos;

  /** Of the step that is being taken; there is none before the first. */
  @SuppressWarnings("NullAway.Init")
  Effects out;

  /** The time of this step, or of the latest one if that was later. */
  long now;

  /** Never falls. */
  long term;

  /** Whom this node voted for in {@code term}; 0 for nobody. */
  long vote;

  /** Who leads {@code term}, if known; 0 if not. */
  long leader;

  Role role = Role.FOLLOWER;

  /** The last entry known to be agreed on. Never falls; never behind the snapshot. */
  long commitIndex;

  /**
   * The last entry the runtime was told to apply. Never before the snapshot, never beyond commit.
   */
  long applyIndex;

  /** The latest snapshot; the log begins at it or before. */
  SnapshotMark snapshot;

  /** Whether entries that were acknowledged may be missing. */
  boolean inDoubt;

  /** Whether the disk has failed. */
  boolean failed;

  /** When the leader was last heard, or this node started. */
  long heardNanos;

  /** When to campaign. */
  long electionDeadline;

  /** The highest priority of a voter, as the leader said. */
  int leadersPriority;

  private RoleChange told = new RoleChange(Role.FOLLOWER, -1, 0);

  CoreState(CoreConfig config, Restored restored, RandomGenerator random, long now) {
    this.config = config;
    this.random = random;
    this.now = now;
    self = config.self();
    log = restored.log();
    writes = new Writes(log.lastIndex());
    boot = restored.boot();
    term = restored.hardState().term();
    vote = restored.hardState().vote();
    snapshot = restored.snapshot();
    commitIndex = snapshot.index();
    applyIndex = snapshot.index();
    inDoubt = restored.inDoubt();
    electionNanos = config.electionTimeout().toNanos();
    heardNanos = now;
    leadersPriority = config.priority();
    restartElectionClock();
  }

  long electionNanos() {
    return electionNanos;
  }

  /** Whether this node may become leader. */
  boolean mayLead() {
    return !inDoubt && !failed && log.membership().quorum().voters().contains(self) && !isStalled();
  }

  /** Whether a write has taken longer than a disk that works would. */
  boolean isStalled() {
    return now - writes.oldestSince(now) > config.diskStallLimit().toNanos();
  }

  void restartElectionClock() {
    long patience = config.priority() < leadersPriority ? electionNanos : 0;
    electionDeadline = now + electionNanos + patience + random.nextLong(electionNanos);
  }

  /** The leader of this term is alive. */
  void heard() {
    heardNanos = now;
    restartElectionClock();
  }

  /** Whether a leader is protected from those who would take its place: §6 of the paper, 4.2.3. */
  boolean isLeaderProtected() {
    boolean recently = now - heardNanos < electionNanos;
    // With leases, a node that was started again may have promised this to a leader it has
    // forgotten.
    return recently && (leader != 0 || config.leases() == CoreConfig.Leases.ON);
  }

  /** Enters a higher term, or stays in this one; not as its leader. */
  void become(Role next, long nextTerm, long nextVote, long nextLeader) {
    Invariant.require(nextTerm >= term, "the term falls", nextTerm, term);
    if (nextTerm > term || nextVote != vote) {
      Invariant.require(nextTerm > term || vote == 0, "a second vote in one term", nextVote, vote);
      term = nextTerm;
      vote = nextVote;
      out.hardState(writes.hardState(now), new HardState(term, vote));
    }
    role = next;
    leader = nextLeader;
    restartElectionClock();
  }

  /** Tells who this node is, if that has changed since it was told last. */
  void tellRole() {
    if (told.role() != role || told.term() != term || told.leader() != leader) {
      told = new RoleChange(role, term, leader);
      out.role(told);
    }
  }

  void append(Payload payload) {
    append(new EntryBatch(term, log.lastIndex() + 1, payload));
  }

  void append(EntryBatch batch) {
    log.append(batch);
    out.append(writes.append(batch.lastIndex(), now), batch);
  }

  void truncate(long firstIndex) {
    Invariant.require(
        firstIndex > commitIndex, "what is committed is dropped", firstIndex, commitIndex);
    log.truncateFrom(firstIndex);
    out.truncate(writes.truncate(firstIndex, now), firstIndex);
  }

  void commitTo(long index) {
    if (index > commitIndex) {
      Invariant.require(
          index <= log.lastIndex(), "what is not there is committed", index, log.lastIndex());
      commitIndex = index;
    }
  }

  /** Lets the runtime apply what is committed and durable here. */
  void advanceApply() {
    long index = Math.min(commitIndex, writes.durableIndex());
    if (index > applyIndex) {
      applyIndex = index;
      out.apply(index);
    }
  }

  /** Whether a log that ends so has all that this one has: §5.4.1 of the paper. */
  boolean isUpToDate(long lastIndex, long lastTerm) {
    return lastTerm > log.lastTerm()
        || (lastTerm == log.lastTerm() && lastIndex >= log.lastIndex());
  }

  /** For what promises nothing but to be of a term that is durable. */
  void send(long to, Message message) {
    writes.sendInTerm(to, message, out);
  }

  /** For what promises that all written so far stays. */
  void sendDurably(long to, Message message) {
    writes.sendDurably(to, message, out);
  }
}
