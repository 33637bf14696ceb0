package io.quorate.raft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.membership.Membership;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a node does with what its leader sends. */
class FollowerTest {
  private static final HardState TERM_3 = new HardState(3, 0);

  @Test
  void entries_are_acknowledged_once_they_are_durable() {
    OneCore node = OneCore.of(1, 2, 3);

    node.append(2, 1, 0, 0, 0, OneCore.batch(1, 1, 2), OneCore.batch(1, 3, 1));
    assertThat(node.take())
        .containsExactly(
            "#1 term 1 vote 0", "#2 append 1/1..2", "#3 append 1/3", "FOLLOWER of 2 in term 1");
    node.persist(2);
    assertThat(node.take()).isEmpty();
    node.persist(3);
    assertThat(node.take())
        .containsExactly("to 2: AppendAck[term=1, matchIndex=3, commitIndex=0, boot=1]");
  }

  @Test
  void what_is_committed_is_applied_once_it_is_durable_here() {
    OneCore node = OneCore.of(1, 2, 3);

    node.append(2, 1, 0, 0, 2, OneCore.batch(1, 1, 1), OneCore.batch(1, 2, 1)).forget();
    assertThat(node.status().commitIndex()).isEqualTo(2);
    node.persist(2);
    assertThat(node.take()).containsExactly("apply 1");
    node.persist(3);
    assertThat(node.take())
        .containsExactly("to 2: AppendAck[term=1, matchIndex=2, commitIndex=2, boot=1]", "apply 2");
  }

  @Test
  void what_it_has_already_is_not_written_again() {
    OneCore node = OneCore.withLog(TERM_3, 1, 1, 3);

    node.append(2, 3, 0, 0, 0, OneCore.batch(1, 1, 1), OneCore.batch(1, 2, 1));
    assertThat(node.take())
        .containsExactly(
            "to 2: AppendAck[term=3, matchIndex=2, commitIndex=0, boot=1]",
            "FOLLOWER of 2 in term 3");
    assertThat(node.status().lastIndex()).isEqualTo(3);
  }

  @Test
  void what_contradicts_the_leader_is_dropped_and_nothing_before_it() {
    OneCore node = OneCore.withLog(TERM_3, 1, 1, 2, 2, 2).forget();

    node.append(2, 3, 1, 1, 0, OneCore.batch(1, 2, 1), OneCore.batch(3, 3, 2));
    assertThat(node.take())
        .containsExactly("#1 truncate from 3", "#2 append 3/3..4", "FOLLOWER of 2 in term 3");
    node.persist(1);
    assertThat(node.take()).isEmpty();
    node.persist(2);
    assertThat(node.take())
        .containsExactly("to 2: AppendAck[term=3, matchIndex=4, commitIndex=0, boot=1]");
  }

  @Test
  void entries_behind_what_is_missing_or_differs_are_refused_with_a_hint() {
    OneCore node = OneCore.withLog(TERM_3, 1, 1, 2).forget();

    node.append(2, 3, 5, 3, 0, OneCore.batch(3, 6, 1));
    node.append(2, 3, 3, 1, 0, OneCore.batch(3, 4, 1));
    node.append(2, 3, 3, 3, 0, OneCore.batch(3, 4, 1));
    assertThat(node.take())
        .containsExactly(
            "to 2: AppendReject[term=3, previousIndex=5, hintIndex=3, hintTerm=2, boot=1]",
            "FOLLOWER of 2 in term 3",
            "to 2: AppendReject[term=3, previousIndex=3, hintIndex=2, hintTerm=1, boot=1]",
            "to 2: AppendReject[term=3, previousIndex=3, hintIndex=3, hintTerm=2, boot=1]");
  }

  @Test
  void old_news_is_acknowledged_up_to_what_is_committed() {
    OneCore node = OneCore.withLog(TERM_3, 1, 1, 1);
    node.append(2, 3, 3, 1, 3).forget();

    node.append(2, 3, 0, 0, 1, OneCore.batch(1, 1, 1));
    assertThat(node.take())
        .containsExactly("to 2: AppendAck[term=3, matchIndex=3, commitIndex=3, boot=1]");
  }

  @Test
  void what_is_committed_is_never_dropped_whatever_a_message_says() {
    OneCore node = OneCore.withLog(TERM_3, 1, 1, 1);
    node.append(2, 3, 3, 1, 2).forget();

    node.append(2, 3, 0, 0, 0, OneCore.batch(3, 1, 1), OneCore.batch(3, 2, 1));
    assertThat(node.take())
        .containsExactly("to 2: AppendAck[term=3, matchIndex=2, commitIndex=2, boot=1]");
    assertThat(node.status().lastIndex()).isEqualTo(3);
  }

  @Test
  void a_leader_that_contradicts_what_is_committed_stops_the_node() {
    OneCore node = OneCore.of(1, 2, 3);
    node.append(2, 1, 0, 0, 1, OneCore.batch(1, 1, 1)).persistAll().forget();
    node.append(2, 1, 1, 1, 1, OneCore.batch(1, 2, 1)).persistAll().forget();

    // A batch that begins before what is committed and ends behind it, as nobody ever made one.
    assertThatThrownBy(() -> node.append(2, 2, 0, 0, 1, OneCore.batch(2, 1, 3)))
        .isInstanceOf(InvariantViolatedException.class)
        .hasMessageContaining("what is committed is dropped");
  }

  @Test
  void a_heartbeat_is_answered_with_its_round_and_tells_nothing_of_the_log() {
    OneCore node = OneCore.of(1, 2, 3);

    node.receive(2, new Message.Heartbeat(1, 17, 0));
    assertThat(node.take()).containsExactly("#1 term 1 vote 0", "FOLLOWER of 2 in term 1");
    node.persist(1);
    assertThat(node.take()).containsExactly("to 2: HeartbeatAck[term=1, round=17, priority=0]");
    node.receive(2, new Message.Heartbeat(1, 18, 0));
    assertThat(node.take()).containsExactly("to 2: HeartbeatAck[term=1, round=18, priority=0]");
  }

  @Test
  void a_candidate_follows_whoever_leads_its_term() {
    OneCore node = OneCore.of(1, 2, 3).tick(OneCore.ELECTION);
    node.receive(2, new Message.PreVoteReply(1, true)).persistAll().forget();
    assertThat(node.status().role()).isEqualTo(Role.CANDIDATE);

    node.receive(3, new Message.Heartbeat(1, 1, 0));
    assertThat(node.take())
        .containsExactly(
            "to 3: HeartbeatAck[term=1, round=1, priority=0]", "FOLLOWER of 3 in term 1");
    assertThat(node.status().hardState()).isEqualTo(new HardState(1, 1));
  }

  @Test
  void two_leaders_of_one_term_stop_whoever_sees_both() {
    OneCore node = OneCore.of(1, 2, 3);
    node.receive(2, new Message.Heartbeat(1, 1, 0));

    assertThatThrownBy(() -> node.receive(3, new Message.Heartbeat(1, 1, 0)))
        .isInstanceOf(InvariantViolatedException.class);
    OneCore leader = OneCore.of(1, 2, 3).ready();
    assertThatThrownBy(() -> leader.append(3, 1, 0, 0, 0))
        .isInstanceOf(InvariantViolatedException.class);
  }

  @Test
  void an_acknowledgement_of_entries_that_are_truncated_meanwhile_is_never_sent_late() {
    OneCore node = OneCore.of(1, 2, 3);
    node.append(2, 1, 0, 0, 0, OneCore.batch(1, 1, 1), OneCore.batch(1, 2, 1)).forget();

    node.append(3, 2, 0, 0, 0, OneCore.batch(2, 1, 1)).forget();
    node.persistAll();
    List<String> sent = node.take();
    // The first leader's term is over: its acknowledgement says so and can harm nobody.
    assertThat(sent)
        .containsExactly(
            "to 2: AppendAck[term=1, matchIndex=2, commitIndex=0, boot=1]",
            "to 3: AppendAck[term=2, matchIndex=1, commitIndex=0, boot=1]");
    assertThat(node.status().durableIndex()).isEqualTo(1);
  }

  @Test
  void a_restarted_node_takes_entries_where_its_snapshot_ends() {
    Membership group = Membership.of(1, 2, 3);
    OneCore node =
        new OneCore(CoreConfig.defaults(1), Restored.beginning(new SnapshotMark(10, 2, group)));

    node.append(2, 2, 8, 2, 11, OneCore.batch(2, 9, 2), OneCore.batch(2, 11, 1)).persistAll();
    assertThat(node.take())
        .containsExactly(
            "#1 append 2/11",
            "FOLLOWER of 2 in term 2",
            "to 2: AppendAck[term=2, matchIndex=11, commitIndex=11, boot=1]",
            "apply 11");
  }
}
