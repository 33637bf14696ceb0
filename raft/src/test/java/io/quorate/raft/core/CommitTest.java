package io.quorate.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.membership.Membership;
import io.quorate.raft.quorum.NodeIds;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What counts as agreed on. */
class CommitTest {

  @Test
  void an_entry_is_agreed_on_once_a_quorum_has_it_durably() {
    OneCore leader = OneCore.of(1, 2, 3, 4, 5).ready();
    leader.propose(1).persistAll().endTurn().forget();

    leader.ack(2, 2);
    assertThat(leader.take()).isEmpty();
    leader.ack(3, 2);
    assertThat(leader.take()).containsExactly("apply 2");
  }

  @Test
  void the_leaders_own_copy_counts_once_it_is_durable() {
    OneCore leader = OneCore.of(1, 2, 3).ready();
    leader.propose(1).endTurn().forget();

    leader.ack(2, 2);
    assertThat(leader.take()).isEmpty();
    assertThat(leader.status().commitIndex()).isEqualTo(1);
    leader.persistAll();
    assertThat(leader.take()).containsExactly("apply 2");
  }

  @Test
  void others_may_agree_before_the_leaders_disk_does_and_it_applies_later() {
    OneCore leader = OneCore.of(1, 2, 3).ready();
    leader.propose(1).endTurn().forget();

    leader.ack(2, 2).ack(3, 2);
    assertThat(leader.status().commitIndex()).isEqualTo(2);
    assertThat(leader.take()).isEmpty();
    leader.persistAll();
    assertThat(leader.take()).containsExactly("apply 2");
  }

  @Test
  void entries_of_an_earlier_term_are_agreed_on_with_the_first_of_the_own_term() {
    OneCore leader = OneCore.withLog(new HardState(2, 0), 1, 2).elected().endTurn().forget();

    leader.ack(2, 2);
    leader.ack(3, 2);
    assertThat(leader.take()).isEmpty();
    assertThat(leader.status().commitIndex()).isZero();
    leader.ack(2, 3);
    assertThat(leader.take()).containsExactly("apply 3");
  }

  @Test
  void learners_do_not_count() {
    OneCore leader = OneCore.of(Membership.of(NodeIds.of(1, 2, 3), NodeIds.of(4, 5))).ready();
    leader.propose(1).persistAll().endTurn().forget();

    leader.ack(4, 2).ack(5, 2);
    assertThat(leader.take()).isEmpty();
    leader.ack(3, 2);
    assertThat(leader.take()).containsExactly("apply 2");
  }

  /**
   * Figure 8 of the paper: (a) S1 leads term 2 and replicates its entry to S2 only; (b) S5 leads
   * term 3 and has an entry of its own; (c) S1 leads term 4 and replicates the entry of term 2 to a
   * majority, which must not count, for (d) S5 may still win and overwrite it; unless (e) an entry
   * of term 4 is on a majority as well.
   */
  @Test
  void an_entry_of_an_old_term_on_a_majority_may_still_be_overwritten() {
    CoreCluster group = CoreCluster.of(5).elect(1);
    assertThat(group.node(1).term()).isEqualTo(1);
    long base = group.node(1).status().lastIndex();

    // (a) The entry at base + 1 reaches node 2 alone.
    group.cut(envelope -> envelope.to() > 2);
    group.propose(1, 1).settle();
    assertThat(group.node(2).status().lastIndex()).isEqualTo(base + 1);
    assertThat(group.node(1).status().commitIndex()).isEqualTo(base);
    group.node(1).crash();

    // (b) Node 5 wins with 3 and 4, and nobody gets its entries.
    group.cut(envelope -> envelope.to() == 2);
    group.advance(Duration.ofSeconds(1));
    group.cut(
        envelope ->
            envelope.to() == 2
                || (envelope.from() == 5 && envelope.message() instanceof Message.Append));
    group.node(5).step(new Input.Campaign());
    group.settle();
    assertThat(group.leader()).isNotNull().extracting(CoreNode::id).isEqualTo(5L);
    long second = group.node(5).term();
    group.node(5).crash();

    backWithItsOldEntry(group, base, second);
    CoreNode three = group.node(3);

    // (d) Node 1 fails, node 5 comes back and overwrites it everywhere.
    group.heal();
    group.node(1).crash();
    group.node(5).restart();
    group.now += Duration.ofSeconds(2).toNanos();
    group.elect(5).elect(5);
    assertThat(group.node(5).core().isLeader()).isTrue();
    assertThat(three.log()).isEqualTo(group.node(5).log());
    assertThat(three.log()).contains(second + "/" + (base + 1) + " new term");
    group.node(1).restart();
    group.advance(Duration.ofSeconds(1));
    assertThat(group.node(1).log()).isEqualTo(group.node(5).log());
  }

  private static void backWithItsOldEntry(CoreCluster group, long base, long second) {
    // (c) Node 1 is back, wins with 2 and 3, and its old entry reaches a majority.
    group.heal();
    group.node(1).restart();
    group.cut(
        envelope ->
            envelope.to() > 3
                || (envelope.from() == 1
                    && envelope.message() instanceof Message.Append append
                    && append.lastIndex() > base + 1));
    group.now += Duration.ofSeconds(2).toNanos();
    // The first attempt tells it the term of now.
    group.elect(1).elect(1);
    assertThat(group.node(1).core().isLeader()).isTrue();
    long third = group.node(1).term();
    assertThat(third).isGreaterThan(second);
    CoreNode three = group.node(3);
    Message.Append old =
        new Message.Append(third, base, 1, group.node(1).batches().subList(1, 2), base, 0);
    group.node(2).receive(1, old);
    three.receive(1, old);
    group.settle();
    assertThat(three.status().lastIndex()).isEqualTo(base + 1);
    assertThat(group.node(1).status().followers())
        .filteredOn(each -> each.match() == base + 1)
        .hasSize(2);
    assertThat(group.node(1).status().commitIndex()).isZero();
  }

  @Test
  void the_commit_index_of_a_follower_stays_behind_what_it_has() {
    OneCore node = OneCore.of(1, 2, 3);

    node.append(2, 1, 0, 0, 9, OneCore.batch(1, 1, 2)).forget();
    assertThat(node.status().commitIndex()).isEqualTo(2);
    node.append(2, 1, 2, 1, 1).forget();
    assertThat(node.status().commitIndex()).isEqualTo(2);
    node.append(2, 1, 2, 1, 9, OneCore.batch(1, 3, 1)).persistAll();
    assertThat(node.take()).contains("apply 3");
  }

  @Test
  void a_follower_believes_a_commit_index_only_as_far_as_the_message_shows_agreement() {
    OneCore node = OneCore.withLog(new HardState(1, 0), 1, 1, 1).forget();

    // Entries 2 and 3 may be another leader's; this message vouches for 1 alone.
    node.append(2, 2, 1, 1, 3);
    assertThat(node.status().commitIndex()).isEqualTo(1);
  }
}
