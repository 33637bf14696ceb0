package io.quorate.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.membership.Membership;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A node that may have lost what it acknowledged, and when it is whole again. */
class DoubtTest {

  private static OneCore inDoubt() {
    return OneCore.withLog(config -> config, new HardState(2, 0), 3, true, 1, 2).forget();
  }

  private static Message.Append append(long term, long commit, long boot, EntryBatch... batches) {
    return new Message.Append(term, 2, 2, List.of(batches), commit, boot);
  }

  @Test
  void a_node_in_doubt_neither_votes_nor_campaigns() {
    OneCore node = inDoubt();

    node.receive(2, new Message.PreVote(3, 9, 9));
    node.receive(2, new Message.RequestVote(3, 9, 9, true)).persistAll();
    assertThat(node.take())
        .containsExactly(
            "to 2: PreVoteReply[term=2, granted=false]",
            "FOLLOWER of term 2",
            "#1 term 3 vote 0",
            "FOLLOWER of term 3",
            "to 2: VoteReply[term=3, granted=false]");
    node.tick(Duration.ofSeconds(5)).step(new Input.Campaign());
    node.receive(2, new Message.Heartbeat(3, 1, 0)).forget();
    node.receive(2, new Message.TimeoutNow(3));
    assertThat(node.take()).isEmpty();
  }

  @Test
  void doubt_ends_once_all_that_is_committed_in_the_leaders_term_is_durable() {
    OneCore node = inDoubt();

    node.receive(2, append(3, 3, 3, OneCore.batch(3, 3, 1)));
    assertThat(node.take())
        .containsExactly("#1 term 3 vote 0", "#2 append 3/3", "apply 2", "FOLLOWER of 2 in term 3");
    node.persist(1);
    assertThat(node.take()).isEmpty();
    node.persist(2);
    assertThat(node.take())
        .containsExactly(
            "to 2: AppendAck[term=3, matchIndex=3, commitIndex=3, boot=3]",
            "doubt over",
            "apply 3");
    assertThat(node.status().inDoubt()).isFalse();
    node.tick(Duration.ofSeconds(2));
    assertThat(node.take()).contains("PRE_CANDIDATE of term 3");
  }

  @Test
  void a_leader_that_knows_of_an_earlier_start_ends_no_doubt() {
    OneCore node = inDoubt();

    node.receive(2, append(3, 3, 0, OneCore.batch(3, 3, 1))).persistAll();
    node.receive(2, append(3, 3, 2)).persistAll();
    assertThat(node.take()).doesNotContain("doubt over");
    node.receive(2, new Message.Append(3, 3, 3, List.of(), 3, 3));
    assertThat(node.take()).contains("doubt over");
  }

  @Test
  void what_is_committed_in_an_earlier_term_ends_no_doubt() {
    OneCore node = inDoubt();

    node.receive(2, append(3, 2, 3)).persistAll();
    assertThat(node.take()).doesNotContain("doubt over");
    assertThat(node.status().inDoubt()).isTrue();
  }

  @Test
  void what_the_message_does_not_reach_ends_no_doubt() {
    OneCore node = inDoubt();

    node.receive(2, append(3, 4, 3, OneCore.batch(3, 3, 1))).persistAll();
    assertThat(node.take()).doesNotContain("doubt over");
    node.receive(2, new Message.Append(3, 3, 3, List.of(OneCore.batch(3, 4, 1)), 4, 3))
        .persistAll();
    assertThat(node.take()).contains("doubt over");
  }

  @Test
  void a_snapshot_alone_ends_no_doubt() {
    OneCore node = inDoubt();

    node.receive(
            2, new Message.InstallSnapshot(3, new SnapshotMark(9, 2, Membership.of(1, 2, 3)), 3))
        .persistAll();
    assertThat(node.take()).doesNotContain("doubt over");
    node.receive(2, new Message.Append(3, 9, 2, List.of(OneCore.batch(3, 10, 1)), 10, 3))
        .persistAll();
    assertThat(node.take()).contains("doubt over");
  }

  @Test
  void a_leader_believes_no_acknowledgement_of_an_earlier_start() {
    OneCore leader = OneCore.of(1, 2, 3).ready();
    leader.propose(1).endTurn().persistAll().forget();

    leader.receive(2, new Message.AppendReject(1, 2, 0, 0, 2));
    assertThat(leader.follower(2).match()).isZero();
    leader.receive(2, new Message.AppendAck(1, 2, 1, 1));
    assertThat(leader.follower(2).match()).isZero();
    assertThat(leader.status().commitIndex()).isEqualTo(1);
    leader.receive(2, new Message.AppendAck(1, 2, 1, 2));
    assertThat(leader.status().commitIndex()).isEqualTo(2);
  }

  @Test
  void an_acknowledgement_that_was_lost_with_its_entries_counts_for_nothing() {
    CoreCluster group = CoreCluster.of(3).elect(1);
    group.cut(
        envelope ->
            envelope.to() == 3
                || envelope.from() == 3
                || envelope.message() instanceof Message.AppendAck);
    group.propose(1, 1).settle();
    CoreCluster.Envelope late = new CoreCluster.Envelope(2, 1, new Message.AppendAck(1, 2, 1, 1));

    // Node 2 loses the entry that it is about to have acknowledged, and starts again in doubt.
    group.node(2).crashLosing(1);
    group.node(2).start(true);
    group.cut(envelope -> envelope.to() == 3 || envelope.from() == 3);
    group.node(1).step(new Input.Unreachable(2));
    group.node(1).step(new Input.EndOfTurn());
    group.deliver(envelope -> envelope.to() == 2);
    group.deliver(
        envelope -> envelope.to() == 1 && !(envelope.message() instanceof Message.AppendAck));
    group.deliver(late);
    assertThat(group.node(2).status().inDoubt()).isTrue();
    group.heal();
    group.advance(Duration.ofSeconds(1));
    assertThat(group.node(2).log()).isEqualTo(group.node(1).log());
    assertThat(group.node(2).told).containsExactly("doubt over");
  }

  @Test
  void a_node_in_doubt_tells_its_leader_with_every_heartbeat() {
    OneCore node = inDoubt();

    node.receive(2, new Message.Heartbeat(2, 1, 0));
    assertThat(node.take())
        .containsExactly(
            "to 2: HeartbeatAck[term=2, round=1, priority=0]",
            "to 2: AppendReject[term=2, previousIndex=0, hintIndex=2, hintTerm=2, boot=3]",
            "FOLLOWER of 2 in term 2");
  }

  @Test
  void a_leader_that_is_told_of_a_new_start_asks_where_the_log_ends() {
    OneCore leader = OneCore.of(1, 2, 3).ready();
    leader.propose(1).endTurn().persistAll().ack(2, 2).forget();

    leader.receive(2, new Message.AppendReject(1, 0, 1, 1, 2)).endTurn();
    assertThat(leader.take()).contains("to 2: nothing behind 1/2, term 1, commit 2, boot 2");
    leader.receive(2, new Message.AppendReject(1, 2, 1, 1, 2)).endTurn();
    assertThat(leader.take())
        .containsExactly("to 2: entries 2..2 behind 1/1, term 1, commit 2, boot 2");
  }

  @Test
  void a_leader_answers_a_node_that_has_all_and_does_not_know_that_its_start_is_known() {
    OneCore leader = OneCore.of(1, 2, 3).ready();
    leader.receive(2, new Message.AppendAck(1, 1, 1, 2)).endTurn().forget();

    leader.receive(2, new Message.AppendReject(1, 0, 1, 1, 2)).endTurn();
    assertThat(leader.take()).containsExactly("to 2: nothing behind 1/1, term 1, commit 1, boot 2");
  }

  @Test
  void a_group_of_nodes_in_doubt_waits_rather_than_forgets() {
    CoreCluster group = CoreCluster.of(3).elect(1).propose(1, 3).settle();
    group
        .nodes
        .values()
        .forEach(
            node -> {
              node.crash();
              node.start(node.id() != 1);
            });

    group.advance(Duration.ofSeconds(10));
    assertThat(group.leader()).isNull();
  }

  @Test
  void one_node_in_doubt_is_filled_up_by_the_others() {
    CoreCluster group = CoreCluster.of(3).elect(1).propose(1, 3).settle();
    group.node(3).crashLosing(2);
    group.node(3).start(true);

    group.advance(Duration.ofSeconds(3));
    assertThat(group.node(3).status().inDoubt()).isFalse();
    assertThat(group.node(3).log()).isEqualTo(group.node(1).log());
  }
}
