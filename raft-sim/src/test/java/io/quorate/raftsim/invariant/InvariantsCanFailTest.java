package io.quorate.raftsim.invariant;

import static io.quorate.raftsim.invariant.FakeGroup.batch;
import static io.quorate.raftsim.invariant.FakeGroup.configuration;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.core.Message;
import io.quorate.raft.core.Role;
import io.quorate.raft.core.Status;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.membership.Membership;
import io.quorate.raftsim.disk.StoredLog;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each invariant is silent about what is right, and says so where it is broken. */
final class InvariantsCanFailTest {
  private final FakeGroup group = new FakeGroup();
  private final FakeGroup.Node one = group.node(1);
  private final FakeGroup.Node two = group.node(2);
  private final FakeGroup.Node three = group.node(3);

  private void stillSound() {
    assertThat(group.violated).isEmpty();
  }

  private void broken(Invariant invariant) {
    assertThat(group.violated).contains(invariant.name());
  }

  private static Status step(Invariant invariant, FakeGroup group, FakeGroup.Node node, Status to) {
    Status before = node.status;
    node.status = to;
    invariant.onStep(group, node, before, to);
    return to;
  }

  @Test
  void two_leaders_of_a_term_break_election_safety() {
    Invariant invariant = new ElectionSafety();
    step(invariant, group, one, one.status(Role.LEADER, 4, 0, 0));
    step(invariant, group, two, two.status(Role.LEADER, 5, 0, 0));
    stillSound();
    step(invariant, group, three, three.status(Role.LEADER, 5, 0, 0));
    broken(invariant);
  }

  @Test
  void entries_that_follow_another_term_break_log_matching() {
    Invariant invariant = new LogMatching();
    one.written.append(batch(1, 1));
    two.written.append(batch(2, 1));
    invariant.onAppend(group, one, batch(3, 2));
    invariant.onAppend(group, three, batch(1, 1));
    stillSound();
    invariant.onAppend(group, two, batch(3, 2));
    broken(invariant);
  }

  @Test
  void a_leader_without_what_is_agreed_on_breaks_completeness() {
    Invariant invariant = new LeaderCompleteness();
    group.agreed.append(batch(1, 1));
    one.written.append(batch(1, 1));
    step(invariant, group, one, one.status(Role.LEADER, 2, 1, 1));
    stillSound();
    step(invariant, group, two, two.status(Role.LEADER, 3, 0, 0));
    broken(invariant);
  }

  @Test
  void an_agreement_that_a_later_leader_lacks_breaks_completeness() {
    Invariant invariant = new LeaderCompleteness();
    step(invariant, group, one, one.status(Role.LEADER, 3, 0, 0));
    two.status = two.status(Role.LEADER, 4, 1, 1);
    invariant.onAgreed(group, two, batch(2, 1));
    stillSound();
    two.status = two.status(Role.LEADER, 2, 1, 1);
    invariant.onAgreed(group, two, batch(2, 1));
    broken(invariant);
  }

  @Test
  void another_command_at_an_index_breaks_the_state_machines_safety() {
    Invariant invariant = new StateMachineSafety();
    group.agreed.append(batch(1, 1));
    invariant.onApplied(group, one, 1, 77);
    invariant.onApplied(group, two, 1, 77);
    stillSound();
    invariant.onApplied(group, three, 1, 78);
    broken(invariant);
  }

  @Test
  void applying_what_is_not_agreed_on_breaks_it_too() {
    Invariant invariant = new StateMachineSafety();
    invariant.onApplied(group, one, 1, 77);
    broken(invariant);
  }

  @Test
  void an_agreement_on_one_disk_of_three_is_not_durable() {
    Invariant invariant = new CommittedIsDurable();
    one.disk(1, 0, batch(1, 1), batch(1, 2));
    two.disk(1, 0, batch(1, 1));
    invariant.onAgreed(group, one, batch(1, 1));
    stillSound();
    invariant.onAgreed(group, one, batch(1, 2));
    broken(invariant);
  }

  @Test
  void an_index_that_falls_is_found() {
    Invariant invariant = new NothingFalls();
    one.written.append(batch(1, 1));
    step(invariant, group, one, one.status(Role.FOLLOWER, 1, 1, 1));
    stillSound();
    step(invariant, group, one, one.status(Role.FOLLOWER, 1, 1, 0));
    broken(invariant);
  }

  @Test
  void a_second_vote_in_a_term_is_found() {
    Invariant invariant = new OneVotePerTerm();
    invariant.onSend(group, one, 2, new Message.VoteReply(5, true));
    invariant.onSend(group, one, 3, new Message.VoteReply(5, false));
    invariant.onSend(group, one, 3, new Message.VoteReply(6, true));
    stillSound();
    invariant.onSend(group, one, 3, new Message.VoteReply(5, true));
    broken(invariant);
  }

  @Test
  void a_vote_that_is_not_on_disk_is_said_too_early() {
    Invariant invariant = new DurableBeforeSaid();
    one.disk(5, 2);
    invariant.onSend(group, one, 2, new Message.VoteReply(5, true));
    stillSound();
    invariant.onSend(group, one, 2, new Message.VoteReply(6, true));
    broken(invariant);
  }

  @Test
  void an_entry_that_is_not_on_disk_is_acknowledged_too_early() {
    Invariant invariant = new DurableBeforeSaid();
    one.disk(5, 2, batch(5, 1));
    invariant.onSend(group, one, 2, new Message.AppendAck(5, 1, 0, 1));
    stillSound();
    invariant.onSend(group, one, 2, new Message.AppendAck(5, 2, 0, 1));
    broken(invariant);
  }

  @Test
  void an_acknowledged_entry_that_is_not_the_leaders_is_found() {
    Invariant invariant = new DurableBeforeSaid();
    one.disk(5, 2, batch(4, 1));
    two.written.append(batch(5, 1));
    two.status = two.status(Role.LEADER, 5, 1, 0);
    invariant.onSend(group, one, 2, new Message.AppendAck(5, 1, 0, 1));
    broken(invariant);
  }

  @Test
  void leading_before_the_own_vote_is_on_disk_is_found() {
    Invariant invariant = new DurableBeforeSaid();
    one.disk(5, 1);
    step(invariant, group, one, one.status(Role.LEADER, 5, 0, 0));
    stillSound();
    two.disk(5, 1);
    step(invariant, group, two, two.status(Role.LEADER, 6, 0, 0));
    broken(invariant);
  }

  @Test
  void a_start_without_an_entry_that_counted_breaks_a_promise() {
    Invariant invariant = new PromisesKept();
    group.agreed.append(batch(1, 1));
    one.disk(1, 0, batch(1, 1));
    invariant.onStart(group, one, one.promised, one.promised.log());
    stillSound();
    invariant.onStart(group, one, one.promised, new StoredLog());
    broken(invariant);
  }

  @Test
  void a_start_without_a_vote_breaks_a_promise() {
    Invariant invariant = new PromisesKept();
    one.disk(7, 2);
    invariant.onStart(group, one, one.promised, new StoredLog());
    broken(invariant);
  }

  @Test
  void a_second_configuration_before_the_first_is_agreed_on_is_found() {
    Invariant invariant = new OneChangeAtATime();
    one.written.append(batch(2, 1));
    one.status = one.status(Role.LEADER, 2, 1, 1);
    invariant.onAppend(group, one, configuration(2, 2, Membership.of(1, 2)));
    stillSound();
    one.written.append(configuration(2, 2, Membership.of(1, 2)));
    invariant.onAppend(group, one, configuration(2, 3, Membership.of(1, 2, 3)));
    broken(invariant);
  }

  @Test
  void a_change_without_a_common_quorum_is_found() {
    Invariant invariant = new OneChangeAtATime();
    one.written.append(batch(2, 1));
    one.status = one.status(Role.LEADER, 2, 1, 1);
    invariant.onAppend(group, one, configuration(2, 2, Membership.of(1, 4, 5)));
    broken(invariant);
  }

  @Test
  void snapshots_that_differ_are_found() {
    Invariant invariant = new SnapshotsEqual();
    group.agreed.append(batch(1, 1));
    SnapshotMark mark = new SnapshotMark(1, 1, FakeGroup.MEMBERS);
    invariant.onSnapshot(group, one, mark, 7);
    invariant.onSnapshot(group, two, mark, 7);
    stillSound();
    invariant.onSnapshot(group, three, mark, 8);
    broken(invariant);
  }

  @Test
  void a_leader_that_drops_entries_is_found() {
    Invariant invariant = new LeaderAppendsOnly();
    one.written.append(batch(1, 1));
    invariant.onTruncate(group, one, 1);
    step(invariant, group, one, one.status(Role.FOLLOWER, 2, 0, 0));
    stillSound();
    step(invariant, group, one, one.status(Role.LEADER, 3, 1, 0));
    invariant.onTruncate(group, one, 1);
    step(invariant, group, one, one.status(Role.LEADER, 3, 0, 0));
    broken(invariant);
  }

  @Test
  void dropping_what_is_agreed_on_is_found() {
    Invariant invariant = new LeaderAppendsOnly();
    group.agreed.append(batch(1, 1));
    one.written.append(batch(1, 1));
    invariant.onTruncate(group, one, 1);
    broken(invariant);
  }

  @Test
  void every_invariant_of_the_judge_has_a_name_of_its_own() {
    List<String> names = Judge.invariants().stream().map(Invariant::name).toList();

    assertThat(names).doesNotHaveDuplicates().hasSize(12);
  }
}
