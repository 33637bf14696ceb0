package io.quorate.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.log.LogIndex;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.membership.Membership;
import io.quorate.raft.membership.MembershipChange;
import io.quorate.raft.progress.Progress;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What leaves the log, and what comes in its place. */
class SnapshotTest {
  private static final Membership GROUP = Membership.of(1, 2, 3);

  private static SnapshotMark mark(long index, long term) {
    return new SnapshotMark(index, term, GROUP);
  }

  /** Entries 2 to {@code last}, of 42 bytes each, agreed on; node 3 has only entry 1. */
  private static OneCore leader(int last, UnaryOperator<CoreConfig.Builder> options) {
    OneCore leader = OneCore.with(GROUP, options).ready();
    for (int i = 2; i <= last; i++) {
      leader.propose(1);
    }
    return leader.persistAll().endTurn().ack(2, last).forget();
  }

  private static OneCore bare(int last) {
    return leader(last, config -> config.retainBytesMax(0));
  }

  @Test
  void all_that_a_snapshot_has_may_leave_where_nothing_is_retained() {
    OneCore leader = bare(5);

    leader.step(new Input.SnapshotTaken(mark(4, 1)));
    assertThat(leader.take()).containsExactly("compact to 4");
    assertThat(leader.status().baseIndex()).isEqualTo(4);
    assertThat(leader.status().snapshot().index()).isEqualTo(4);
  }

  @Test
  void a_snapshot_older_than_the_last_or_of_what_is_not_applied_changes_nothing() {
    OneCore leader = bare(5);
    leader.step(new Input.SnapshotTaken(mark(3, 1))).forget();
    leader.propose(1);

    leader.step(new Input.SnapshotTaken(mark(2, 1)));
    leader.step(new Input.SnapshotTaken(mark(3, 1)));
    leader.step(new Input.SnapshotTaken(mark(6, 1)));
    assertThat(leader.take()).containsExactly("#7 append 1/6");
    assertThat(leader.status().snapshot().index()).isEqualTo(3);
  }

  @Test
  void what_a_follower_that_is_heard_of_still_wants_is_kept_up_to_the_bound() {
    // 42 bytes an entry: the bound holds ten, an eighth of it holds one.
    OneCore leader = leader(20, config -> config.retainBytesMax(420));
    leader.ack(3, 15);

    leader.step(new Input.SnapshotTaken(mark(20, 1)));
    assertThat(leader.take()).containsExactly("compact to 15");
    OneCore behind = leader(20, config -> config.retainBytesMax(420));
    behind.step(new Input.SnapshotTaken(mark(20, 1)));
    assertThat(behind.take()).containsExactly("compact to 10");
  }

  @Test
  void a_follower_that_is_away_keeps_nothing_but_the_short_tail() {
    OneCore leader = leader(20, config -> config.retainBytesMax(420));
    leader.pass(Duration.ofMillis(999)).ack(2, 20).pass(Duration.ofMillis(1)).forget();

    leader.step(new Input.SnapshotTaken(mark(20, 1)));
    assertThat(leader.take()).containsExactly("compact to 19");
  }

  @Test
  void a_follower_keeps_a_short_tail_in_case_it_leads_next() {
    OneCore node = OneCore.with(GROUP, config -> config.retainBytesMax(42 * 8));
    node.append(2, 1, 0, 0, 3, OneCore.batch(1, 1, 1), OneCore.batch(1, 2, 1))
        .append(2, 1, 2, 1, 3, OneCore.batch(1, 3, 1))
        .persistAll()
        .forget();

    node.step(new Input.SnapshotTaken(mark(3, 1)));
    assertThat(node.take()).containsExactly("compact to 2");
  }

  @Test
  void a_follower_that_wants_what_is_gone_gets_a_snapshot_instead() {
    OneCore leader = bare(5);
    leader.step(new Input.SnapshotTaken(mark(4, 1))).forget();

    leader.step(new Input.Unreachable(3)).endTurn();
    assertThat(leader.take())
        .contains("to 3: snapshot of 4, term 1, boot 1")
        .noneMatch(line -> line.startsWith("to 3: entries"));
    assertThat(leader.follower(3).state()).isEqualTo(Progress.State.SNAPSHOT);
    leader.propose(1).endTurn();
    assertThat(leader.take()).noneMatch(line -> line.startsWith("to 3"));
  }

  @Test
  void a_refusal_from_before_what_is_left_leads_to_a_snapshot_without_another_question() {
    OneCore next =
        new OneCore(
            CoreConfig.builder(1).build(),
            new Restored(new HardState(1, 0), logFrom(4, 1, 2), mark(4, 1), 1, false));
    next.elected().endTurn().forget();

    next.receive(3, new Message.AppendReject(2, 6, 2, 1, 1)).endTurn();
    assertThat(next.take()).containsExactly("to 3: snapshot of 4, term 2, boot 1");
  }

  private static LogIndex logFrom(long base, long term, int batches) {
    LogIndex log = new LogIndex(base, term, mark(base, term));
    for (int i = 1; i <= batches; i++) {
      log.append(OneCore.batch(term, base + i, 1));
    }
    return log;
  }

  @Test
  void a_node_that_is_away_gets_no_snapshot_until_it_is_heard_of() {
    OneCore leader = bare(5);
    leader.step(new Input.SnapshotTaken(mark(4, 1)));
    leader.pass(OneCore.ELECTION).ack(2, 5).step(new Input.Unreachable(3)).forget();

    leader.endTurn();
    assertThat(leader.take()).noneMatch(line -> line.startsWith("to 3"));
    leader.receive(3, new Message.HeartbeatAck(1, 1, 0)).endTurn();
    assertThat(leader.take()).contains("to 3: snapshot of 4, term 1, boot 1");
  }

  @Test
  void an_acknowledgement_brings_a_follower_back_and_so_does_the_end_of_the_transfer() {
    OneCore leader = bare(5);
    leader.step(new Input.SnapshotTaken(mark(4, 1))).step(new Input.Unreachable(3)).endTurn();

    leader.ack(3, 4).forget().endTurn();
    assertThat(leader.take()).contains("to 3: entries 5..5 behind 1/4, term 1, commit 5, boot 1");
    assertThat(leader.follower(3).state()).isEqualTo(Progress.State.REPLICATE);
    leader.step(new Input.SnapshotSent(3, false)).endTurn();
    assertThat(leader.follower(3).state()).isEqualTo(Progress.State.REPLICATE);

    OneCore other = bare(5);
    other.step(new Input.SnapshotTaken(mark(4, 1))).step(new Input.Unreachable(3)).endTurn();
    other.step(new Input.SnapshotSent(3, true)).forget().endTurn();
    assertThat(other.take()).isEmpty();
    other.tick(OneCore.HEARTBEAT).receive(3, new Message.HeartbeatAck(1, 2, 0)).endTurn();
    assertThat(other.take()).contains("to 3: entries 5..5 behind 1/4, term 1, commit 5, boot 1");
  }

  @Test
  void a_snapshot_that_did_not_arrive_is_sent_again_after_a_heartbeat() {
    OneCore leader = bare(5);
    leader.step(new Input.SnapshotTaken(mark(4, 1))).step(new Input.Unreachable(3)).endTurn();

    leader.step(new Input.SnapshotSent(3, false)).forget().endTurn();
    assertThat(leader.take()).isEmpty();
    leader.receive(3, new Message.HeartbeatAck(1, 1, 0)).endTurn();
    assertThat(leader.take()).isEmpty();
    leader.tick(OneCore.HEARTBEAT).forget().receive(3, new Message.HeartbeatAck(1, 2, 0)).endTurn();
    assertThat(leader.take()).containsExactly("to 3: snapshot of 4, term 1, boot 1");
  }

  @Test
  void a_snapshot_takes_the_place_of_the_log_and_is_acknowledged_once_durable() {
    OneCore node = OneCore.withLog(new HardState(1, 0), 1, 1).forget();

    node.receive(2, new Message.InstallSnapshot(2, mark(9, 2), 1));
    assertThat(node.take())
        .containsExactly("#1 term 2 vote 0", "#2 install 2/9", "FOLLOWER of 2 in term 2");
    node.append(2, 2, 9, 2, 10, OneCore.batch(2, 10, 1));
    assertThat(node.take()).containsExactly("#3 append 2/10");
    node.persist(2);
    assertThat(node.take())
        .containsExactly("to 2: AppendAck[term=2, matchIndex=9, commitIndex=9, boot=1]");
    node.persist(3);
    assertThat(node.take())
        .containsExactly(
            "to 2: AppendAck[term=2, matchIndex=10, commitIndex=10, boot=1]", "apply 10");
  }

  @Test
  void a_snapshot_of_what_is_committed_here_is_stale() {
    OneCore node = OneCore.withLog(new HardState(2, 0), 1, 1, 1);
    node.append(2, 2, 3, 1, 3).forget();

    node.receive(2, new Message.InstallSnapshot(2, mark(2, 1), 1));
    assertThat(node.take())
        .containsExactly("to 2: AppendAck[term=2, matchIndex=3, commitIndex=3, boot=1]");
    assertThat(node.status().lastIndex()).isEqualTo(3);
  }

  @Test
  void a_snapshot_whose_entries_are_here_only_tells_that_they_are_committed() {
    OneCore node = OneCore.withLog(new HardState(2, 0), 1, 1, 1).forget();

    node.receive(2, new Message.InstallSnapshot(2, mark(2, 1), 1));
    assertThat(node.take())
        .containsExactly(
            "to 2: AppendAck[term=2, matchIndex=2, commitIndex=2, boot=1]",
            "apply 2",
            "FOLLOWER of 2 in term 2");
    assertThat(node.status().lastIndex()).isEqualTo(3);
  }

  @Test
  void a_snapshot_brings_the_membership_of_its_entry() {
    OneCore node = OneCore.of(Membership.NONE);

    node.receive(2, new Message.InstallSnapshot(2, mark(9, 2), 1)).persistAll();
    assertThat(node.status().membership()).isEqualTo(GROUP);
    assertThat(node.core.membershipAt(9)).isEqualTo(GROUP);
    assertThat(node.core.termAt(9)).isEqualTo(2);
  }

  @Test
  void a_new_node_catches_up_by_snapshot_and_entries() {
    CoreCluster group = CoreCluster.of(3, config -> config.retainBytesMax(0)).elect(1);
    for (int i = 0; i < 5; i++) {
      group.propose(1, 2).settle();
    }
    group.nodes.values().forEach(CoreNode::takeSnapshot);
    group.propose(1, 1).settle();
    group.add(4, SnapshotMark.beginning(Membership.NONE));

    group.change(1, new MembershipChange.Join(4));
    group.advance(Duration.ofSeconds(1));
    assertThat(group.node(1).status().membership()).isEqualTo(Membership.of(1, 2, 3, 4));
    assertThat(group.node(4).status().commitIndex())
        .isEqualTo(group.node(1).status().commitIndex());
    assertThat(group.node(4).log()).isEqualTo(group.node(1).log());
    assertThat(group.node(4).appliedBatches.getFirst()).isEqualTo("1/12");
  }

  @Test
  void a_node_that_crashes_before_its_snapshot_is_durable_gets_another() {
    CoreCluster group = CoreCluster.of(3, config -> config.retainBytesMax(0)).elect(1);
    group.isolate(3);
    group.propose(1, 5).settle();
    group.node(1).takeSnapshot();
    group.heal();
    group.advance(Duration.ofMillis(50));
    group.node(3).crash();
    group.node(3).start(false);

    group.advance(Duration.ofSeconds(1));
    assertThat(group.node(3).status().commitIndex()).isEqualTo(6);
    group.node(3).restart();
    assertThat(group.node(3).status().commitIndex()).isEqualTo(6);
  }
}
