package io.quorate.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.membership.Membership;
import io.quorate.raft.progress.Progress;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** How entries reach followers: batching, windows, probes, losses. */
class ReplicationTest {
  private static OneCore leader(UnaryOperator<CoreConfig.Builder> options) {
    return OneCore.with(Membership.of(1, 2, 3), options).ready();
  }

  private static OneCore leader() {
    return leader(config -> config);
  }

  private static List<String> entries(OneCore node) {
    return node.take().stream().filter(line -> line.contains(" behind ")).toList();
  }

  @Test
  void what_is_proposed_in_a_turn_goes_out_in_one_message_to_each_follower() {
    OneCore leader = leader();

    leader.propose(2).propose(1).propose(3);
    assertThat(leader.take())
        .containsExactly("#3 append 1/2..3", "#4 append 1/4", "#5 append 1/5..7");
    leader.endTurn();
    assertThat(leader.take())
        .containsExactly(
            "to 2: entries 2..7 behind 1/1, term 1, commit 1, boot 1",
            "to 3: entries 2..7 behind 1/1, term 1, commit 1, boot 1");
    leader.endTurn();
    assertThat(leader.take()).isEmpty();
  }

  @Test
  void a_message_carries_whole_batches_up_to_its_bound() {
    OneCore leader = leader(config -> config.messageBytesMax(100));

    // Batches of 42, 42, 42 and 232 bytes.
    leader.propose(1).propose(1).propose(1).propose(20).endTurn();
    assertThat(entries(leader))
        .containsExactly(
            "to 2: entries 2..3 behind 1/1, term 1, commit 1, boot 1",
            "to 2: entries 4..4 behind 1/3, term 1, commit 1, boot 1",
            "to 2: entries 5..24 behind 1/4, term 1, commit 1, boot 1",
            "to 3: entries 2..3 behind 1/1, term 1, commit 1, boot 1",
            "to 3: entries 4..4 behind 1/3, term 1, commit 1, boot 1",
            "to 3: entries 5..24 behind 1/4, term 1, commit 1, boot 1");
  }

  @Test
  void the_window_bounds_the_bytes_that_are_under_way() {
    OneCore leader = leader(config -> config.messageBytesMax(42).inflightBytesMax(84));

    leader.propose(1).propose(1).propose(1).endTurn();
    assertThat(leader.follower(2).inflightBytes()).isEqualTo(84);
    assertThat(leader.follower(2).paused()).isTrue();
    assertThat(leader.follower(2).next()).isEqualTo(4);
    leader.forget().ack(2, 2).endTurn();
    assertThat(entries(leader))
        .containsExactly("to 2: entries 4..4 behind 1/3, term 1, commit 1, boot 1");
  }

  @Test
  void the_window_bounds_the_messages_that_are_under_way() {
    OneCore leader = leader(config -> config.inflightMessagesMax(2));

    leader.propose(1).endTurn().propose(1).endTurn().forget();
    leader.propose(1).endTurn();
    assertThat(entries(leader)).isEmpty();
    leader.ack(3, 3).forget().endTurn();
    assertThat(entries(leader))
        .containsExactly("to 3: entries 4..4 behind 1/3, term 1, commit 1, boot 1");
  }

  @Test
  void a_new_leader_probes_with_one_message_and_then_sends_ahead() {
    OneCore leader = OneCore.of(1, 2, 3).elected().endTurn().forget();

    leader.propose(1).endTurn();
    assertThat(entries(leader)).isEmpty();
    leader.ack(2, 1).endTurn();
    assertThat(entries(leader))
        .containsExactly("to 2: entries 2..2 behind 1/1, term 1, commit 1, boot 1");
    leader.propose(1).endTurn();
    assertThat(entries(leader))
        .containsExactly("to 2: entries 3..3 behind 1/2, term 1, commit 1, boot 1");
    assertThat(leader.follower(3).state()).isEqualTo(Progress.State.PROBE);
  }

  @Test
  void news_of_a_commit_goes_out_at_the_end_of_the_turn() {
    OneCore leader = leader();
    leader.propose(1).persistAll().endTurn().forget();

    leader.ack(2, 2);
    assertThat(leader.take()).containsExactly("apply 2");
    leader.endTurn();
    assertThat(leader.take())
        .containsExactly(
            "to 2: nothing behind 1/2, term 1, commit 2, boot 1",
            "to 3: nothing behind 1/2, term 1, commit 2, boot 1");
    leader.endTurn();
    assertThat(leader.take()).isEmpty();
  }

  @Test
  void news_of_a_commit_may_wait_for_entries_to_ride_with() {
    OneCore leader = leader(config -> config.commitNoticeDelay(Duration.ofMillis(10)));
    leader.pass(Duration.ofMillis(10)).propose(1).persistAll().endTurn();
    leader.ack(2, 2).forget().endTurn();
    assertThat(entries(leader)).isEmpty();

    leader.propose(1).endTurn();
    assertThat(entries(leader))
        .containsExactly(
            "to 2: entries 3..3 behind 1/2, term 1, commit 2, boot 1",
            "to 3: entries 3..3 behind 1/2, term 1, commit 2, boot 1");
    leader.persistAll().ack(2, 3).forget().endTurn();
    assertThat(entries(leader)).isEmpty();
    leader.pass(Duration.ofMillis(10)).endTurn();
    assertThat(entries(leader)).hasSize(2);
  }

  @Test
  void a_refusal_is_answered_by_a_probe_where_the_logs_may_agree() {
    OneCore leader = OneCore.withLog(new HardState(7, 0), 1, 1, 4, 4, 5, 6, 6).elected().endTurn();

    leader.forget().receive(2, new Message.AppendReject(8, 7, 5, 4, 1)).endTurn();
    assertThat(entries(leader))
        .containsExactly("to 2: entries 5..8 behind 4/4, term 8, commit 0, boot 1");
    leader.receive(2, new Message.AppendReject(8, 4, 3, 3, 1)).endTurn();
    assertThat(entries(leader))
        .containsExactly("to 2: entries 3..8 behind 1/2, term 8, commit 0, boot 1");
  }

  @Test
  void a_refusal_that_is_not_about_the_last_probe_changes_nothing() {
    OneCore leader = OneCore.withLog(new HardState(7, 0), 1, 1, 4).elected().endTurn().forget();

    leader.receive(2, new Message.AppendReject(8, 2, 1, 1, 1)).endTurn();
    assertThat(leader.take()).isEmpty();
    assertThat(leader.follower(2).next()).isEqualTo(4);
  }

  @Test
  void logs_that_differ_in_a_hundred_places_agree_after_a_few_messages() {
    long[] terms = new long[101];
    for (int i = 0; i < 100; i++) {
      terms[i] = i < 50 ? 1 : 2;
    }
    terms[100] = 9;
    OneCore leader = OneCore.withLog(new HardState(9, 0), terms).elected().endTurn().forget();

    // The follower has 1..50 of term 1 as well, then fifty of terms 3 to 8 that nobody else has.
    leader.receive(2, new Message.AppendReject(10, 101, 101, 8, 1)).endTurn();
    assertThat(entries(leader))
        .containsExactly("to 2: entries 101..102 behind 2/100, term 10, commit 0, boot 1");
    leader.receive(2, new Message.AppendReject(10, 100, 50, 1, 1)).endTurn();
    assertThat(entries(leader))
        .containsExactly("to 2: entries 51..102 behind 1/50, term 10, commit 0, boot 1");
  }

  @Test
  void a_probe_never_begins_inside_a_batch() {
    OneCore leader = OneCore.of(1, 2, 3).ready();
    leader.propose(5).endTurn().forget();
    leader.step(new Input.Unreachable(2)).forget();

    leader.receive(2, new Message.AppendReject(1, 6, 4, 1, 1)).endTurn();
    assertThat(leader.follower(2).next()).isEqualTo(2);
  }

  @Test
  void lost_entries_are_sent_again_after_a_heartbeat_without_new_proposals() {
    CoreCluster group = CoreCluster.of(3).elect(1);
    group.isolate(3);
    group.propose(1, 4).settle();
    group.heal();

    group.advance(Duration.ofMillis(200));
    assertThat(group.node(3).log()).isEqualTo(group.node(1).log());
    assertThat(group.node(3).status().commitIndex()).isEqualTo(5);
  }

  @Test
  void a_full_window_of_lost_messages_recovers_by_heartbeats() {
    CoreCluster group = CoreCluster.of(3, config -> config.inflightMessagesMax(3)).elect(1);
    group.cut(envelope -> envelope.to() == 3 && envelope.message() instanceof Message.Append);
    for (int i = 0; i < 9; i++) {
      group.propose(1, 1).settle();
    }
    assertThat(group.node(1).status().followers().get(1).paused()).isTrue();
    group.heal();

    group.advance(Duration.ofMillis(200));
    assertThat(group.node(3).status().commitIndex()).isEqualTo(10);
  }

  @Test
  void a_heartbeat_that_is_answered_moves_no_match() {
    OneCore leader = OneCore.of(1, 2, 3).elected().endTurn();
    leader.propose(1).persistAll().endTurn().forget();

    leader.receive(2, new Message.HeartbeatAck(1, 1, 0));
    leader.receive(3, new Message.HeartbeatAck(1, 1, 0));
    assertThat(leader.take()).isEmpty();
    assertThat(leader.follower(2).match()).isZero();
    assertThat(leader.status().commitIndex()).isZero();
  }

  @Test
  void acknowledgements_that_come_late_or_twice_or_out_of_order_count_once() {
    OneCore leader = leader();
    leader.propose(1).propose(1).persistAll().endTurn().forget();

    leader.ack(2, 3);
    assertThat(leader.take()).containsExactly("apply 3");
    leader.ack(2, 2).ack(2, 3).ack(2, 1);
    assertThat(leader.take()).isEmpty();
    assertThat(leader.follower(2).match()).isEqualTo(3);
    assertThat(leader.follower(2).next()).isEqualTo(4);
  }

  @Test
  void a_node_that_cannot_be_reached_is_probed_again() {
    OneCore leader = leader();
    leader.propose(1).endTurn().forget();

    leader.step(new Input.Unreachable(2)).endTurn();
    assertThat(entries(leader))
        .containsExactly("to 2: entries 2..2 behind 1/1, term 1, commit 1, boot 1");
    leader.endTurn();
    assertThat(entries(leader)).isEmpty();
  }

  @Test
  void too_much_that_is_not_agreed_on_is_refused_but_for_one_proposal() {
    OneCore leader = leader(config -> config.uncommittedBytesMax(100));

    leader.propose(20);
    assertThat(leader.take()).containsExactly("#3 append 1/2..21");
    leader.propose(1);
    assertThat(leader.take()).containsExactly("refused TOO_MUCH_UNCOMMITTED");
    leader.persistAll().endTurn().ack(2, 21).forget();
    leader.propose(1).propose(1).propose(1);
    assertThat(leader.take())
        .containsExactly("#4 append 1/22", "#5 append 1/23", "refused TOO_MUCH_UNCOMMITTED");
  }

  @Test
  void who_does_not_lead_refuses_proposals() {
    OneCore node = OneCore.of(1, 2, 3).forget();

    node.propose(1);
    assertThat(node.take()).containsExactly("refused NOT_LEADER", "FOLLOWER of term 0");
  }

  @Test
  void a_probe_is_repeated_only_after_a_heartbeat_sent_behind_it() {
    OneCore leader = OneCore.of(1, 2, 3).elected().endTurn().forget();

    leader.receive(2, new Message.HeartbeatAck(1, 1, 0)).endTurn();
    assertThat(entries(leader)).isEmpty();
    leader.tick(OneCore.HEARTBEAT).forget();
    leader.receive(2, new Message.HeartbeatAck(1, 2, 0)).endTurn();
    assertThat(entries(leader))
        .containsExactly("to 2: entries 1..1 behind 0/0, term 1, commit 0, boot 0");
  }
}
