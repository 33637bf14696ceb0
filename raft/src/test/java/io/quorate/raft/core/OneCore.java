package io.quorate.raft.core;

import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.LogIndex;
import io.quorate.raft.log.Payload;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.membership.Membership;
import io.quorate.raft.membership.MembershipChange;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * One core whose other nodes are the test itself, and whose every effect is seen. Its election
 * timer is never lengthened by chance: it runs out after one election timeout, 1 s.
 */
final class OneCore {
  static final Duration ELECTION = Duration.ofSeconds(1);
  static final Duration HEARTBEAT = Duration.ofMillis(100);

  final RaftCore core;
  private final RecordingEffects effects = new RecordingEffects();
  private long now;

  OneCore(CoreConfig config, Restored restored) {
    core = new RaftCore(config, restored, () -> 0, 0);
  }

  /** Node 1 of a group of {@code voters}, new. */
  static OneCore of(long... voters) {
    return of(Membership.of(voters));
  }

  static OneCore of(Membership membership) {
    return with(membership, config -> config);
  }

  static OneCore with(Membership membership, UnaryOperator<CoreConfig.Builder> options) {
    return new OneCore(
        options.apply(CoreConfig.builder(1)).build(),
        Restored.beginning(SnapshotMark.beginning(membership)));
  }

  /** Node 1 of three, restored with a log of one batch for each term, from index 1 on. */
  static OneCore withLog(HardState hardState, long... terms) {
    return withLog(config -> config, hardState, 1, false, terms);
  }

  static OneCore withLog(
      UnaryOperator<CoreConfig.Builder> options,
      HardState hardState,
      long boot,
      boolean inDoubt,
      long... terms) {
    SnapshotMark start = SnapshotMark.beginning(Membership.of(1, 2, 3));
    LogIndex log = new LogIndex(0, 0, start);
    for (int i = 0; i < terms.length; i++) {
      log.append(batch(terms[i], i + 1, 1));
    }
    return new OneCore(
        options.apply(CoreConfig.builder(1)).build(),
        new Restored(hardState, log, start, boot, inDoubt));
  }

  /** A batch of {@code count} commands of ten bytes each. */
  static EntryBatch batch(long term, long first, int count) {
    return new EntryBatch(
        term, first, new Payload.Commands(count, ByteBuffer.allocate(10 * count)));
  }

  /** Leader of term 1 by the vote of all others, with its first entry durable, uncommitted. */
  OneCore elected() {
    tick(ELECTION);
    long term = core.status().hardState().term() + 1;
    Membership membership = core.status().membership();
    for (long voter : membership.quorum().voters().without(1).toArray()) {
      receive(voter, new Message.PreVoteReply(term, true));
    }
    persistAll();
    for (long voter : membership.quorum().voters().without(1).toArray()) {
      receive(voter, new Message.VoteReply(term, true));
    }
    persistAll();
    forget();
    return this;
  }

  /** As {@link #elected}, with all followers brought up to its first entry, which is committed. */
  OneCore ready() {
    elected();
    endTurn();
    for (long other : core.status().membership().members().without(1).toArray()) {
      ack(other, core.status().lastIndex());
    }
    endTurn();
    for (long other : core.status().membership().members().without(1).toArray()) {
      ack(other, core.status().lastIndex());
    }
    forget();
    return this;
  }

  OneCore step(Input input) {
    core.step(input, now, effects);
    return this;
  }

  OneCore receive(long from, Message message) {
    return step(new Input.Receive(from, message));
  }

  /** Node {@code from} acknowledges, in the term of now, from its first start. */
  OneCore ack(long from, long index) {
    return receive(
        from, new Message.AppendAck(term(), index, Math.min(index, status().commitIndex()), 1));
  }

  /** A leader that knows nothing of this node's boot sends batches. */
  OneCore append(
      long from, long term, long previous, long previousTerm, long commit, EntryBatch... batches) {
    return receive(
        from, new Message.Append(term, previous, previousTerm, List.of(batches), commit, 0));
  }

  OneCore propose(int count) {
    return step(new Input.Propose(new Payload.Commands(count, ByteBuffer.allocate(10 * count))));
  }

  OneCore change(MembershipChange... changes) {
    return step(new Input.ChangeMembership(List.of(changes)));
  }

  OneCore read(long read) {
    return step(new Input.Read(read));
  }

  OneCore transfer(long to) {
    return step(new Input.Transfer(to));
  }

  OneCore endTurn() {
    return step(new Input.EndOfTurn());
  }

  /** Time passes, and then it ticks. */
  OneCore tick(Duration passed) {
    now += passed.toNanos();
    return step(new Input.Tick());
  }

  /** Time passes, and nobody says so. */
  OneCore pass(Duration passed) {
    now += passed.toNanos();
    return this;
  }

  OneCore persist(long write) {
    return step(new Input.Persisted(write));
  }

  OneCore persistAll() {
    return persist(effects.written());
  }

  List<String> take() {
    return effects.take();
  }

  OneCore forget() {
    effects.take();
    return this;
  }

  Status status() {
    return core.status();
  }

  long term() {
    return status().hardState().term();
  }

  Status.Follower follower(long node) {
    return status().followers().stream().filter(each -> each.node() == node).findFirst().get();
  }
}
