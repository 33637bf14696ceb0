package io.quorate.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.membership.Membership;
import io.quorate.raft.membership.MembershipChange;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reads that see all that was agreed on before they were asked for. */
class ReadTest {
  private static final Duration MS = Duration.ofMillis(1);

  private static OneCore leasing() {
    return OneCore.with(Membership.of(1, 2, 3), config -> config.leases(CoreConfig.Leases.ON));
  }

  private static OneCore beat(OneCore leader, long from, long round) {
    return leader.receive(from, new Message.HeartbeatAck(leader.term(), round, 0));
  }

  @Test
  void all_reads_of_a_turn_share_a_round_sent_after_them() {
    OneCore leader = OneCore.of(1, 2, 3).ready();

    leader.read(7).read(8).endTurn();
    assertThat(leader.take())
        .containsExactly(
            "to 2: Heartbeat[term=1, round=2, priority=0]",
            "to 3: Heartbeat[term=1, round=2, priority=0]");
    leader.read(9).endTurn().forget();
    beat(leader, 2, 2);
    assertThat(leader.take()).containsExactly("read 7 at 1", "read 8 at 1");
    beat(leader, 3, 3);
    assertThat(leader.take()).containsExactly("read 9 at 1");
  }

  @Test
  void an_answer_to_an_earlier_heartbeat_confirms_no_read() {
    OneCore leader = OneCore.of(1, 2, 3).ready();
    leader.read(7).endTurn().forget();

    beat(leader, 2, 1);
    beat(leader, 3, 1);
    leader.ack(2, 1).ack(3, 1).endTurn();
    assertThat(leader.take()).isEmpty();
  }

  @Test
  void one_node_of_five_is_no_quorum() {
    OneCore leader = OneCore.of(1, 2, 3, 4, 5).ready();
    leader.read(7).endTurn().forget();

    beat(leader, 2, 2);
    beat(leader, 2, 2);
    assertThat(leader.take()).isEmpty();
    beat(leader, 3, 2);
    assertThat(leader.take()).containsExactly("read 7 at 1");
  }

  @Test
  void a_read_sees_what_was_committed_when_its_round_began() {
    OneCore leader = OneCore.of(1, 2, 3).ready();
    leader.propose(1).persistAll().endTurn().ack(2, 2).forget();

    leader.read(7).endTurn();
    leader.propose(1).persistAll().endTurn().ack(2, 3).forget();
    beat(leader, 3, 2);
    assertThat(leader.take()).containsExactly("read 7 at 2");
  }

  @Test
  void nothing_is_read_before_an_entry_of_the_own_term_is_committed() {
    OneCore leader = OneCore.of(1, 2, 3).elected().endTurn();

    leader.read(7).endTurn().forget();
    beat(leader, 2, 1);
    beat(leader, 3, 1);
    assertThat(leader.take()).isEmpty();
    leader.ack(2, 1).forget().endTurn();
    assertThat(leader.take()).contains("to 2: Heartbeat[term=1, round=2, priority=0]");
    beat(leader, 2, 2);
    assertThat(leader.take()).containsExactly("read 7 at 1");
  }

  @Test
  void reads_start_over_when_their_leader_steps_down() {
    OneCore node = OneCore.of(1, 2, 3).ready();
    node.read(7).endTurn().read(8).forget();

    node.receive(2, new Message.Heartbeat(2, 1, 0)).persistAll().forget();
    beat(node, 2, 2);
    assertThat(node.take()).isEmpty();
    node.endTurn();
    assertThat(node.take()).containsExactly("to 2: ReadIndex[term=2, request=1]");
    node.receive(2, new Message.ReadIndexReply(2, 1, 5));
    assertThat(node.take()).containsExactly("read 7 at 5", "read 8 at 5");
  }

  @Test
  void a_follower_asks_its_leader_once_for_all_reads_of_a_turn() {
    OneCore node = OneCore.of(1, 2, 3);
    node.receive(2, new Message.Heartbeat(1, 1, 0)).persistAll().forget();

    node.read(7).read(8).endTurn();
    assertThat(node.take()).containsExactly("to 2: ReadIndex[term=1, request=1]");
    node.receive(2, new Message.ReadIndexReply(1, 1, 3));
    assertThat(node.take()).containsExactly("read 7 at 3", "read 8 at 3");
    node.receive(2, new Message.ReadIndexReply(1, 1, 4));
    assertThat(node.take()).isEmpty();
  }

  @Test
  void a_question_that_is_lost_is_asked_again() {
    OneCore node = OneCore.of(1, 2, 3);
    node.receive(2, new Message.Heartbeat(1, 1, 0)).persistAll();
    node.read(7).endTurn().forget();

    node.pass(OneCore.HEARTBEAT.minus(MS)).endTurn();
    assertThat(node.take()).isEmpty();
    node.pass(MS).endTurn();
    assertThat(node.take()).containsExactly("to 2: ReadIndex[term=1, request=2]");
    node.receive(2, new Message.ReadIndexReply(1, 2, 3));
    assertThat(node.take()).containsExactly("read 7 at 3");
    node.receive(2, new Message.ReadIndexReply(1, 1, 3));
    assertThat(node.take()).isEmpty();
  }

  @Test
  void an_answer_of_an_earlier_term_is_not_believed() {
    OneCore node = OneCore.of(1, 2, 3);
    node.receive(2, new Message.Heartbeat(1, 1, 0)).persistAll();
    node.read(7).endTurn();

    node.receive(3, new Message.Heartbeat(2, 1, 0)).persistAll().forget();
    node.receive(2, new Message.ReadIndexReply(1, 1, 3));
    assertThat(node.take()).isEmpty();
  }

  @Test
  void reads_of_followers_wait_for_a_round_as_well() {
    OneCore leader = OneCore.of(1, 2, 3).ready();

    leader.receive(2, new Message.ReadIndex(1, 41)).endTurn().forget();
    beat(leader, 3, 2);
    assertThat(leader.take()).containsExactly("to 2: ReadIndexReply[term=1, request=41, index=1]");
  }

  @Test
  void a_single_node_reads_at_the_end_of_the_turn() {
    OneCore node = OneCore.of(1).tick(OneCore.ELECTION).persistAll().persistAll().forget();

    node.read(7).endTurn();
    assertThat(node.take()).containsExactly("read 7 at 1");
  }

  @Test
  void too_many_reads_are_refused_and_answered_ones_make_room() {
    OneCore leader = OneCore.with(Membership.of(1, 2, 3), config -> config.readsMax(2)).ready();

    leader.read(1).read(2).read(3);
    assertThat(leader.take()).containsExactly("read 3 refused TOO_MANY_READS");
    leader.endTurn().read(4);
    assertThat(leader.take()).contains("read 4 refused TOO_MANY_READS");
    beat(leader, 2, 2);
    leader.forget().read(5);
    assertThat(leader.take()).isEmpty();
  }

  @Test
  void with_a_lease_a_read_costs_no_message() {
    OneCore leader = leasing().ready();
    leader.tick(OneCore.HEARTBEAT);
    beat(leader, 2, 2).forget();

    leader.read(7).endTurn();
    assertThat(leader.take()).containsExactly("read 7 at 1");
  }

  @Test
  void without_leases_every_read_costs_a_round() {
    OneCore leader = OneCore.of(1, 2, 3).ready();
    leader.tick(OneCore.HEARTBEAT);
    beat(leader, 2, 2).forget();

    leader.read(7).endTurn();
    assertThat(leader.take()).contains("to 2: Heartbeat[term=1, round=3, priority=0]");
  }

  @Test
  void a_lease_lasts_from_when_the_round_was_sent_less_the_drift() {
    OneCore leader = leasing().ready();
    leader.tick(OneCore.HEARTBEAT);
    leader.pass(Duration.ofMillis(300));
    beat(leader, 2, 2).forget();

    // 1 s / 1.05 after round 2 was sent.
    leader.pass(Duration.ofNanos(1_000_000_000L * 100 / 105 - 1).minus(Duration.ofMillis(300)));
    leader.read(7).endTurn();
    assertThat(leader.take()).containsExactly("read 7 at 1");
    leader.pass(Duration.ofNanos(2)).read(8).endTurn();
    assertThat(leader.take()).contains("to 2: Heartbeat[term=1, round=3, priority=0]");
  }

  @Test
  void a_leader_that_stood_still_has_no_lease_when_it_goes_on() {
    OneCore leader = leasing().ready();
    leader.tick(OneCore.HEARTBEAT);
    beat(leader, 2, 2);

    leader.pass(Duration.ofSeconds(5));
    beat(leader, 3, 2).forget();
    leader.read(7).endTurn();
    assertThat(leader.take())
        .contains("to 2: Heartbeat[term=1, round=3, priority=0]")
        .doesNotContain("read 7 at 1");
  }

  @Test
  void a_leader_that_told_another_to_take_over_has_no_lease_for_the_rest_of_its_term() {
    OneCore leader = leasing().ready();
    leader.tick(OneCore.HEARTBEAT);
    beat(leader, 2, 2);
    leader.transfer(2).forget();

    leader.read(7).endTurn();
    assertThat(leader.take()).contains("to 2: Heartbeat[term=1, round=3, priority=0]");
    beat(leader, 2, 3);
    assertThat(leader.take()).containsExactly("read 7 at 1");
    for (int round = 4; round < 20; round++) {
      leader.tick(OneCore.HEARTBEAT);
      beat(leader, 2, round);
      beat(leader, 3, round);
    }
    leader.forget().read(8).endTurn();
    assertThat(leader.take()).doesNotContain("read 8 at 1");
  }

  @Test
  void a_lease_needs_something_of_the_own_term_as_well() {
    OneCore leader = leasing().elected().endTurn();
    beat(leader, 2, 1).forget();

    leader.read(7).endTurn();
    assertThat(leader.take()).doesNotContain("read 7 at 0");
    leader.ack(2, 1).endTurn();
    assertThat(leader.take()).contains("read 7 at 1");
  }

  @Test
  void a_leader_without_followers_steps_down_however_much_is_read() {
    CoreCluster group = CoreCluster.of(3).elect(1);
    group.isolate(1);

    for (int i = 0; i < 60; i++) {
      group.node(1).step(new Input.Read(i));
      group.advance(Duration.ofMillis(50));
    }
    assertThat(group.node(1).core().isLeader()).isFalse();
    assertThat(group.node(1).told).isEmpty();
  }

  @Test
  void the_quorum_counts_that_was_asked_not_the_one_of_an_earlier_configuration() {
    CoreCluster group = CoreCluster.of(3).elect(1);
    group.change(1, new MembershipChange.Remove(3)).settle();
    group.isolate(2);

    group.node(1).step(new Input.Read(7));
    group.settle();
    assertThat(group.node(1).told).isEmpty();
    group.heal();
    group.advance(Duration.ofMillis(200));
    assertThat(group.node(1).told).isEqualTo(List.of("read 7 at 3"));
  }

  @Test
  void an_answer_to_a_question_of_an_earlier_start_answers_no_later_one() {
    OneCore before = OneCore.withLog(c -> c, new HardState(2, 0), 1, false, 1, 2).forget();
    before.receive(2, new Message.Heartbeat(2, 1, 0)).read(7).endTurn();
    assertThat(before.take()).contains("to 2: ReadIndex[term=2, request=1]");

    OneCore after = OneCore.withLog(c -> c, new HardState(2, 0), 2, false, 1, 2).forget();
    after.receive(2, new Message.Heartbeat(2, 2, 0)).read(8).endTurn().forget();
    after.receive(2, new Message.ReadIndexReply(2, 1, 2));
    assertThat(after.take()).isEmpty();
  }
}
