package io.quorate.raft.progress;

import static io.quorate.raft.progress.Progress.State.PROBE;
import static io.quorate.raft.progress.Progress.State.REPLICATE;
import static io.quorate.raft.progress.Progress.State.SNAPSHOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** How far a follower is, and what may be sent to it. */
class ProgressTest {

  private static Progress probing(long next) {
    Progress progress = new Progress(2, next, 2, 1_000, 0);
    progress.speaksOf(1);
    return progress;
  }

  private static Progress replicating(long match) {
    Progress progress = probing(match + 1);
    progress.acknowledged(match, 0);
    return progress;
  }

  @Test
  void a_new_follower_is_probed_by_one_message() {
    Progress progress = probing(5);

    assertThat(progress.state()).isEqualTo(PROBE);
    assertThat(progress.isPaused()).isFalse();
    progress.sent(9, 100, 0);
    assertThat(progress.isPaused()).isTrue();
    assertThat(progress.next()).isEqualTo(5);
    assertThat(progress.inflightMessages()).isZero();
  }

  @Test
  void an_acknowledged_probe_begins_to_replicate_behind_it() {
    Progress progress = probing(5);
    progress.sent(9, 100, 0);

    assertThat(progress.acknowledged(9, 0)).isTrue();
    assertThat(progress.state()).isEqualTo(REPLICATE);
    assertThat(progress.match()).isEqualTo(9);
    assertThat(progress.next()).isEqualTo(10);
    assertThat(progress.isPaused()).isFalse();
  }

  @Test
  void messages_are_sent_ahead_until_the_window_is_full() {
    Progress progress = replicating(4);

    progress.sent(6, 10, 0);
    progress.sent(6, 0, 0);
    assertThat(progress.isPaused()).isFalse();
    progress.sent(9, 10, 0);
    assertThat(progress.isPaused()).isTrue();
    assertThat(progress.next()).isEqualTo(10);
    assertThat(progress.inflightBytes()).isEqualTo(20);
    progress.acknowledged(6, 0);
    assertThat(progress.isPaused()).isFalse();
    assertThat(progress.inflightMessages()).isEqualTo(1);
  }

  @Test
  void match_never_falls_by_an_old_acknowledgement() {
    Progress progress = replicating(9);

    assertThat(progress.acknowledged(7, 0)).isFalse();
    assertThat(progress.match()).isEqualTo(9);
    assertThat(progress.next()).isEqualTo(10);
  }

  @Test
  void an_old_acknowledgement_tells_nothing_about_a_probe() {
    Progress progress = replicating(9);
    progress.probeFrom(10);
    progress.sent(12, 10, 0);

    progress.acknowledged(7, 0);
    assertThat(progress.state()).isEqualTo(PROBE);
    assertThat(progress.isPaused()).isTrue();
  }

  @Test
  void a_refusal_while_replicating_goes_back_to_what_is_certain() {
    Progress progress = replicating(4);
    progress.sent(6, 10, 0);
    progress.sent(9, 10, 0);

    assertThat(progress.rejected(4, 2)).isFalse();
    assertThat(progress.state()).isEqualTo(REPLICATE);
    assertThat(progress.rejected(6, 2)).isTrue();
    assertThat(progress.state()).isEqualTo(PROBE);
    assertThat(progress.next()).isEqualTo(5);
    assertThat(progress.inflightMessages()).isZero();
  }

  @Test
  void a_refused_probe_steps_back_and_never_behind_match() {
    Progress progress = probing(9);
    progress.acknowledged(3, 0);
    progress.probeFrom(9);
    progress.sent(9, 10, 0);

    assertThat(progress.rejected(7, 2)).isFalse();
    assertThat(progress.isPaused()).isTrue();
    assertThat(progress.rejected(8, 6)).isTrue();
    assertThat(progress.next()).isEqualTo(6);
    assertThat(progress.isPaused()).isFalse();
    assertThat(progress.rejected(5, 1)).isTrue();
    assertThat(progress.next()).isEqualTo(4);
  }

  @Test
  void a_snapshot_pauses_until_it_is_sent_or_acknowledged() {
    Progress progress = probing(1);
    progress.snapshot(10);

    assertThat(progress.state()).isEqualTo(SNAPSHOT);
    assertThat(progress.pendingSnapshot()).isEqualTo(10);
    assertThat(progress.isPaused()).isTrue();
    assertThatThrownBy(() -> progress.sent(11, 1, 0)).isInstanceOf(IllegalStateException.class);
    progress.snapshotSent(true);
    assertThat(progress.state()).isEqualTo(PROBE);
    assertThat(progress.next()).isEqualTo(11);
    assertThat(progress.isPaused()).isTrue();
    progress.heartbeatAnswered(1, 0, 20, 0);
    assertThat(progress.isPaused()).isFalse();
  }

  @Test
  void a_snapshot_that_was_lost_is_tried_again_in_a_while() {
    Progress progress = probing(1);
    progress.snapshot(10);

    progress.snapshotSent(false);
    assertThat(progress.next()).isEqualTo(1);
    assertThat(progress.isPaused()).isTrue();
    progress.snapshotSent(true);
    assertThat(progress.next()).isEqualTo(1);
  }

  @Test
  void a_heartbeats_answer_asks_for_a_nudge_and_moves_nothing() {
    Progress progress = replicating(4);
    progress.sent(6, 10, 0);
    progress.sent(9, 10, 0);

    progress.heartbeatAnswered(3, 7, 9, 0);
    assertThat(progress.match()).isEqualTo(4);
    assertThat(progress.next()).isEqualTo(10);
    assertThat(progress.isPaused()).isTrue();
    assertThat(progress.needsNudge()).isTrue();
    assertThat(progress.round()).isEqualTo(3);
    assertThat(progress.priority()).isEqualTo(7);
    progress.sent(9, 0, 0);
    assertThat(progress.needsNudge()).isFalse();
    assertThat(progress.inflightMessages()).isEqualTo(2);
    progress.heartbeatAnswered(2, 7, 4, 0);
    assertThat(progress.round()).isEqualTo(3);
    assertThat(progress.needsNudge()).isFalse();
  }

  @Test
  void news_of_a_commit_that_was_lost_is_sent_again_after_a_heartbeat() {
    Progress progress = replicating(4);
    progress.sent(4, 0, 4);
    assertThat(progress.sentCommit()).isEqualTo(4);

    progress.heartbeatAnswered(1, 0, 4, 4);
    assertThat(progress.sentCommit()).isZero();
    progress.sent(4, 0, 4);
    progress.acknowledged(4, 4);
    progress.heartbeatAnswered(2, 0, 4, 4);
    assertThat(progress.sentCommit()).isEqualTo(4);
  }

  @Test
  void a_new_start_of_the_follower_voids_what_it_acknowledged() {
    Progress progress = replicating(9);

    assertThat(progress.speaksOf(2)).isTrue();
    assertThat(progress.match()).isZero();
    assertThat(progress.state()).isEqualTo(PROBE);
    assertThat(progress.next()).isEqualTo(10);
    assertThat(progress.speaksOf(1)).isFalse();
    assertThat(progress.boot()).isEqualTo(2);
    assertThat(progress.speaksOf(2)).isTrue();
  }

  @Test
  void the_first_start_that_is_heard_of_voids_nothing() {
    Progress progress = new Progress(2, 5, 2, 1_000, 0);
    progress.sent(9, 10, 0);

    assertThat(progress.speaksOf(7)).isTrue();
    assertThat(progress.isPaused()).isTrue();
    assertThat(progress.acknowledged(9, 0)).isTrue();
  }
}
