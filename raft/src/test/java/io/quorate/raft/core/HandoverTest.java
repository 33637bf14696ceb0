package io.quorate.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.membership.Membership;
import io.quorate.raft.quorum.NodeIds;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Leadership that goes to another node on purpose. */
class HandoverTest {

  /** Heartbeats go out and are answered by 2 and 3, for as long as it takes. */
  private static OneCore alive(OneCore leader, Duration time) {
    for (long left = time.toMillis(); left > 0; left -= 100) {
      leader.tick(OneCore.HEARTBEAT);
      if (leader.core.isLeader()) {
        leader.receive(2, new Message.HeartbeatAck(leader.term(), 1, 0));
        leader.receive(3, new Message.HeartbeatAck(leader.term(), 1, 0));
      }
    }
    return leader;
  }

  @Test
  void a_voter_that_has_all_is_told_at_once() {
    OneCore leader = OneCore.of(1, 2, 3).ready();

    leader.transfer(3);
    assertThat(leader.take()).containsExactly("to 3: TimeoutNow[term=1]");
    leader.transfer(3);
    assertThat(leader.take()).isEmpty();
    leader.propose(1);
    leader.change();
    assertThat(leader.take()).containsExactly("refused TRANSFERRING", "refused TRANSFERRING");
  }

  @Test
  void a_voter_that_is_behind_is_brought_up_to_date_first() {
    OneCore leader = OneCore.of(1, 2, 3).ready();
    leader.propose(1).endTurn().persistAll().forget();

    leader.transfer(3).ack(2, 2);
    assertThat(leader.take()).containsExactly("apply 2");
    leader.ack(3, 2);
    assertThat(leader.take()).containsExactly("to 3: TimeoutNow[term=1]");
  }

  @Test
  void whoever_is_furthest_is_chosen_where_nobody_is_named() {
    OneCore leader = OneCore.of(1, 2, 3).ready();
    leader.propose(1).endTurn().persistAll().ack(3, 2).forget();

    leader.transfer(0);
    assertThat(leader.take()).containsExactly("to 3: TimeoutNow[term=1]");
  }

  @Test
  void only_another_voter_may_take_over() {
    OneCore leader = OneCore.of(Membership.of(NodeIds.of(1, 2, 3), NodeIds.of(4))).ready();

    leader.transfer(4).transfer(1).transfer(9);
    assertThat(leader.take())
        .containsExactly(
            "refused BAD_TRANSFEREE", "refused BAD_TRANSFEREE", "refused BAD_TRANSFEREE");
    OneCore follower = OneCore.of(1, 2, 3).forget().transfer(2);
    assertThat(follower.take()).containsExactly("refused NOT_LEADER", "FOLLOWER of term 0");
  }

  @Test
  void a_transfer_that_takes_too_long_is_over_and_proposals_are_taken_again() {
    OneCore leader = OneCore.of(1, 2, 3).ready();
    leader.propose(1).endTurn().persistAll().ack(2, 2).transfer(3);

    alive(leader, Duration.ofMillis(900)).forget();
    leader.tick(OneCore.HEARTBEAT);
    assertThat(leader.take()).contains("refused TRANSFER_TIMED_OUT");
    leader.propose(1);
    assertThat(leader.take()).containsExactly("#4 append 1/3");
    leader.ack(3, 2);
    assertThat(leader.take()).doesNotContain("to 3: TimeoutNow[term=1]");
  }

  @Test
  void whoever_is_told_campaigns_at_once_past_the_leaders_protection() {
    OneCore node = OneCore.of(1, 2, 3);
    node.receive(2, new Message.Heartbeat(1, 1, 0)).persistAll().forget();

    node.receive(3, new Message.TimeoutNow(1));
    assertThat(node.take()).isEmpty();
    node.receive(2, new Message.TimeoutNow(1)).persistAll();
    assertThat(node.take())
        .containsExactly(
            "#2 term 2 vote 1",
            "CANDIDATE of term 2",
            "to 2: RequestVote[term=2, lastIndex=0, lastTerm=0, transfer=true]",
            "to 3: RequestVote[term=2, lastIndex=0, lastTerm=0, transfer=true]");
  }

  @Test
  void leadership_goes_where_it_was_sent() {
    CoreCluster group = CoreCluster.of(3).elect(1).propose(1, 3);

    group.node(1).step(new Input.Transfer(3));
    group.settle();
    assertThat(group.leader()).isNotNull().extracting(CoreNode::id).isEqualTo(3L);
    assertThat(group.node(3).term()).isEqualTo(2);
    group.propose(3, 1).settle();
    assertThat(group.node(1).status().commitIndex()).isEqualTo(6);
  }

  @Test
  void a_disk_that_hangs_makes_a_leader_hand_over_and_then_step_down() {
    OneCore leader = OneCore.of(1, 2, 3).ready();
    leader.propose(1).endTurn().ack(3, 2).forget();

    alive(leader, Duration.ofSeconds(2));
    assertThat(leader.take()).doesNotContain("to 3: TimeoutNow[term=1]");
    alive(leader, Duration.ofMillis(100));
    assertThat(leader.take()).contains("to 3: TimeoutNow[term=1]");
    alive(leader, Duration.ofMillis(1_900));
    assertThat(leader.core.isLeader()).isTrue();
    alive(leader, Duration.ofMillis(100));
    assertThat(leader.core.isLeader()).isFalse();
    leader.forget().step(new Input.Campaign()).tick(Duration.ofSeconds(3));
    assertThat(leader.take()).isEmpty();
  }

  @Test
  void a_group_goes_on_when_the_leaders_disk_hangs() {
    CoreCluster group = CoreCluster.of(3).elect(1);
    CoreNode slow = group.node(1);
    group.propose(1, 1);
    slow.step(new Input.EndOfTurn());

    for (int i = 0; i < 50 && slow.core().isLeader(); i++) {
      group.now += OneCore.HEARTBEAT.toNanos();
      for (CoreNode node : group.nodes.values()) {
        node.step(new Input.Tick());
        node.step(new Input.EndOfTurn());
        if (node != slow) {
          node.persistAll();
        }
      }
      group.deliver(envelope -> true);
      for (CoreNode node : group.nodes.values()) {
        if (node != slow) {
          node.persistAll();
        }
        node.step(new Input.EndOfTurn());
      }
      group.deliver(envelope -> true);
    }
    assertThat(slow.core().isLeader()).isFalse();
    group.deliver(envelope -> true);
    group.node(2).persistAll();
    group.node(3).persistAll();
    group.deliver(envelope -> true);
    assertThat(group.leader()).isNotNull().extracting(CoreNode::id).isNotEqualTo(1L);
  }

  @Test
  void a_voter_of_higher_priority_takes_over_once_it_has_all() {
    OneCore leader = OneCore.of(1, 2, 3).ready();
    leader.propose(1).endTurn().persistAll().ack(3, 2).forget();

    for (int i = 0; i < 9; i++) {
      leader.tick(OneCore.HEARTBEAT);
      leader.receive(2, new Message.HeartbeatAck(1, 2 + i, 0));
      leader.receive(3, new Message.HeartbeatAck(1, 2 + i, 5));
    }
    assertThat(leader.take()).doesNotContain("to 3: TimeoutNow[term=1]");
    leader.tick(OneCore.HEARTBEAT);
    assertThat(leader.take()).contains("to 3: TimeoutNow[term=1]");
  }
}
