package io.quorate.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.Payload;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.membership.Membership;
import io.quorate.raft.membership.MembershipChange;
import io.quorate.raft.quorum.NodeIds;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who belongs to the group, from which entry on, and until when. */
class ReconfigurationTest {
  private static final MembershipChange ADD_4 = new MembershipChange.AddVoter(4);
  private static final MembershipChange LEARN_4 = new MembershipChange.AddLearner(4);
  private static final MembershipChange JOIN_4 = new MembershipChange.Join(4);

  private static MembershipChange remove(long node) {
    return new MembershipChange.Remove(node);
  }

  @Test
  void a_change_of_voters_counts_in_both_halves_from_the_moment_it_is_appended() {
    OneCore leader = OneCore.of(1, 2, 3).ready();

    leader.change(ADD_4);
    assertThat(leader.take()).containsExactly("#3 append 1/2 voters=(1 2 3 4)&&(1 2 3) autoleave");
    assertThat(leader.status().membership().isJoint()).isTrue();
    leader.endTurn();
    assertThat(leader.take()).contains("to 4: entries 2..2 behind 1/1, term 1, commit 1, boot 0");
    leader.persistAll().ack(4, 2).forget();
    assertThat(leader.status().commitIndex()).isEqualTo(1);
    leader.ack(2, 2);
    assertThat(leader.status().commitIndex()).isEqualTo(2);
  }

  @Test
  void a_transition_ends_by_itself_once_it_is_committed() {
    OneCore leader = OneCore.of(1, 2, 3).ready();
    leader.change(ADD_4).endTurn().persistAll().ack(4, 2).forget();

    leader.ack(2, 2);
    assertThat(leader.take()).containsExactly("#4 append 1/3 voters=(1 2 3 4)", "apply 2");
    leader.ack(3, 2);
    assertThat(leader.take()).isEmpty();
  }

  @Test
  void a_learner_comes_in_without_a_transition() {
    OneCore leader = OneCore.of(1, 2, 3).ready();

    leader.change(LEARN_4);
    assertThat(leader.take()).containsExactly("#3 append 1/2 voters=(1 2 3) learners=(4)");
  }

  @Test
  void one_change_at_a_time_until_it_is_committed_and_over() {
    OneCore leader = OneCore.of(1, 2, 3).ready();
    leader.change(LEARN_4).forget();

    leader.change(remove(3));
    assertThat(leader.take()).containsExactly("refused CHANGE_IN_PROGRESS");
    leader.endTurn().persistAll().ack(2, 2).forget();
    leader.change(remove(3)).forget();
    leader.change(remove(4));
    assertThat(leader.take()).containsExactly("refused CHANGE_IN_PROGRESS");
    leader.endTurn().persistAll().ack(2, 3).forget();
    assertThat(leader.status().membership()).hasToString("voters=(1 2) learners=(4)");
    leader.change(remove(4));
    assertThat(leader.take()).containsExactly("refused CHANGE_IN_PROGRESS");
    leader.endTurn().persistAll().ack(2, 4).forget();
    leader.change(remove(4));
    assertThat(leader.take()).containsExactly("#6 append 1/5 voters=(1 2)");
  }

  @Test
  void no_change_before_something_of_the_own_term_is_committed() {
    OneCore leader = OneCore.of(1, 2, 3).elected();

    leader.change(LEARN_4);
    assertThat(leader.take()).containsExactly("refused NOT_READY");
  }

  @Test
  void changes_that_change_nothing_or_leave_nobody_are_refused() {
    OneCore leader = OneCore.of(1, 2, 3).ready();

    leader.change(remove(9));
    leader.change(new MembershipChange.AddVoter(2));
    leader.change();
    leader.change(remove(1), remove(2), remove(3));
    assertThat(leader.take())
        .containsExactly(
            "refused BAD_CHANGE", "refused BAD_CHANGE", "refused BAD_CHANGE", "refused BAD_CHANGE");
    OneCore follower = OneCore.of(1, 2, 3).forget();
    follower.change(LEARN_4);
    assertThat(follower.take()).containsExactly("refused NOT_LEADER", "FOLLOWER of term 0");
  }

  @Test
  void a_follower_goes_by_a_configuration_as_soon_as_it_is_appended_and_back_when_truncated() {
    OneCore node = OneCore.of(1, 2, 3);
    Membership wider = Membership.of(NodeIds.of(1, 2, 3), NodeIds.of(4));

    node.append(2, 1, 0, 0, 0, new EntryBatch(1, 1, new Payload.Configuration(wider)));
    assertThat(node.status().membership()).isEqualTo(wider);
    node.append(3, 2, 0, 0, 0, OneCore.batch(2, 1, 1));
    assertThat(node.status().membership()).isEqualTo(Membership.of(1, 2, 3));
    assertThat(node.take()).contains("#4 truncate from 1");
  }

  @Test
  void who_was_added_by_a_truncated_entry_gets_nothing_from_the_next_leader() {
    CoreCluster group = CoreCluster.of(3).elect(1);
    group.isolate(1);
    group.change(1, LEARN_4).settle();
    assertThat(group.node(1).status().membership().members().contains(4)).isTrue();

    group.advance(Duration.ofSeconds(3));
    group.heal();
    group.advance(Duration.ofSeconds(1));
    assertThat(group.leader()).isNotNull();
    assertThat(group.node(1).status().membership()).isEqualTo(Membership.of(1, 2, 3));
    assertThat(group.node(1).log()).isEqualTo(group.node(2).log());
  }

  @Test
  void a_leader_that_is_removed_counts_itself_no_more_hands_over_and_steps_down() {
    OneCore leader = OneCore.of(1, 2, 3).ready();
    leader.change(remove(1)).endTurn().persistAll().ack(2, 2).ack(3, 2).forget();
    assertThat(leader.status().membership()).hasToString("voters=(2 3)");

    leader.endTurn().persistAll().ack(2, 3);
    assertThat(leader.status().commitIndex()).isEqualTo(2);
    assertThat(leader.core.isLeader()).isTrue();
    leader.forget().propose(1);
    assertThat(leader.take()).containsExactly("refused NOT_LEADER");
    leader.ack(3, 3).forget();
    assertThat(leader.status().commitIndex()).isEqualTo(3);
    leader.endTurn();
    assertThat(leader.take())
        .containsExactly(
            "to 2: nothing behind 1/3, term 1, commit 3, boot 1",
            "to 3: nothing behind 1/3, term 1, commit 3, boot 1",
            "to 2: TimeoutNow[term=1]",
            "FOLLOWER of term 1");
  }

  @Test
  void a_group_whose_leader_is_removed_has_another_one_at_once() {
    CoreCluster group = CoreCluster.of(3).elect(1);

    group.change(1, remove(1)).settle();
    assertThat(group.leader()).isNotNull().extracting(CoreNode::id).isEqualTo(2L);
    assertThat(group.node(2).status().membership()).isEqualTo(Membership.of(2, 3));
    assertThat(group.node(1).core().isLeader()).isFalse();
  }

  @Test
  void a_node_that_joins_becomes_a_voter_once_it_has_caught_up() {
    CoreCluster group = CoreCluster.of(3).elect(1);
    group.propose(1, 5).settle();
    group.add(4, SnapshotMark.beginning(Membership.NONE));

    group.change(1, JOIN_4).settle();
    assertThat(group.node(1).status().membership()).isEqualTo(Membership.of(1, 2, 3, 4));
    assertThat(group.node(4).log()).isEqualTo(group.node(1).log());
    assertThat(group.node(1).log())
        .containsSubsequence(
            "1/7 voters=(1 2 3) learners=(4) promoting=(4)",
            "1/8 voters=(1 2 3 4)&&(1 2 3) autoleave",
            "1/9 voters=(1 2 3 4)");
  }

  @Test
  void a_node_that_joins_stays_a_learner_while_it_is_far_behind() {
    OneCore leader =
        OneCore.with(Membership.of(1, 2, 3), config -> config.promotionLagBytesMax(100)).ready();
    leader.change(JOIN_4).endTurn().persistAll().ack(2, 2).forget();

    leader.propose(9).propose(9).endTurn().persistAll().ack(2, 20).forget();
    leader.ack(4, 2);
    assertThat(leader.status().membership().isJoint()).isFalse();
    leader.ack(4, 20);
    assertThat(leader.take()).containsExactly("#6 append 1/21 voters=(1 2 3 4)&&(1 2 3) autoleave");
  }

  @Test
  void nobody_is_made_a_voter_while_leadership_is_handed_over() {
    OneCore leader = OneCore.of(1, 2, 3).ready();
    leader.change(JOIN_4).endTurn().persistAll().ack(2, 2).ack(3, 2).forget();

    leader.transfer(2);
    assertThat(leader.take()).containsExactly("to 2: TimeoutNow[term=1]");
    leader.ack(4, 2);
    assertThat(leader.take()).isEmpty();
  }

  @Test
  void a_new_leader_ends_the_transition_that_the_old_one_began() {
    CoreCluster group = CoreCluster.of(3).elect(1);
    group.add(4, SnapshotMark.beginning(Membership.NONE));
    group.cut(
        envelope ->
            envelope.message() instanceof Message.AppendAck
                && envelope.to() == 1
                && envelope.from() != 1);
    group.change(1, ADD_4).settle();
    assertThat(group.node(2).status().membership().isJoint()).isTrue();
    group.node(1).crash();
    group.heal();

    group.advance(Duration.ofSeconds(4));
    assertThat(group.leader()).isNotNull();
    assertThat(group.leading().status().membership()).isEqualTo(Membership.of(1, 2, 3, 4));
  }

  @Test
  void a_voter_that_becomes_a_learner_keeps_its_vote_until_the_transition_is_over() {
    OneCore leader = OneCore.of(1, 2, 3).ready();

    leader.change(new MembershipChange.AddLearner(3));
    assertThat(leader.take())
        .containsExactly("#3 append 1/2 voters=(1 2)&&(1 2 3) learners_next=(3) autoleave");
    leader.endTurn().persistAll().ack(2, 2);
    assertThat(leader.take()).contains("#4 append 1/3 voters=(1 2) learners=(3)");
  }

  @Test
  void all_voters_may_be_replaced_in_one_change() {
    CoreCluster group = CoreCluster.of(3).elect(1);
    for (long id = 4; id <= 6; id++) {
      group.add(id, SnapshotMark.beginning(Membership.NONE));
    }

    group
        .change(
            1,
            ADD_4,
            new MembershipChange.AddVoter(5),
            new MembershipChange.AddVoter(6),
            remove(1),
            remove(2),
            remove(3))
        .settle();
    group.advance(Duration.ofSeconds(3));
    assertThat(group.leader()).isNotNull();
    assertThat(group.leading().id()).isGreaterThan(3);
    assertThat(group.leading().status().membership()).isEqualTo(Membership.of(4, 5, 6));
  }
}
