package io.quorate.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.raft.core.Refusal;
import io.quorate.raft.core.Role;
import io.quorate.raft.core.Status;
import io.quorate.raft.membership.Membership;
import io.quorate.raft.membership.MembershipChange;
import io.quorate.raft.quorum.NodeIds;
import io.quorate.raft.trace.TraceEvent;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real nodes, threads and disks in one process. */
class RaftServerTest {
  @TempDir Path directory;

  @Test
  void what_is_proposed_is_applied_everywhere_in_one_order() {
    try (Group group = Group.of(directory, 1, 2, 3)) {
      List<CompletableFuture<byte[]>> results = new ArrayList<>();
      RaftNode leader = group.leader();
      for (int i = 0; i < 1_000; i++) {
        results.add(leader.propose(Group.bytes("word " + i)));
      }
      for (int i = 0; i < results.size(); i++) {
        assertThat(ByteBuffer.wrap(Group.get(results.get(i))).getInt()).isEqualTo(i + 1);
      }
      assertThat(new HashSet<>(group.settled(1_000).values())).hasSize(1);
    }
  }

  @Test
  void a_follower_sends_proposals_on_and_reads_what_was_acknowledged() {
    try (Group group = Group.of(directory, 1, 2, 3)) {
      RaftNode follower = group.follower();
      Group.until("a known leader", () -> follower.role().leader() != 0);
      assertThat(ByteBuffer.wrap(Group.get(follower.propose(Group.bytes("a")))).getInt())
          .isEqualTo(1);
      Group.Words here = group.words(follower.self());
      assertThat(Group.get(follower.read(here::words))).containsExactly("a");
      assertThat(Group.get(follower.staleRead(Duration.ofMinutes(1), here::words)))
          .containsExactly("a");
    }
  }

  @Test
  void without_forwarding_a_follower_names_the_leader() {
    try (Group group =
        new Group(
            directory,
            Membership.of(1, 2, 3),
            config -> config,
            server -> server.forwarding(false))) {
      RaftNode leader = group.leader();
      RaftNode follower = group.follower();
      Group.until("a known leader", () -> follower.role().leader() == leader.self());
      assertThatThrownBy(() -> Group.get(follower.propose(Group.bytes("a"))))
          .isInstanceOfSatisfying(
              RaftException.Refused.class,
              refused -> {
                assertThat(refused.why()).isEqualTo(Refusal.NOT_LEADER);
                assertThat(refused.leader()).isEqualTo(leader.self());
              });
    }
  }

  @Test
  void all_that_was_acknowledged_is_there_after_all_nodes_were_started_again() {
    try (Group group = Group.of(directory, 1, 2, 3)) {
      for (int i = 0; i < 50; i++) {
        group.put("word " + i);
      }
      for (long id = 1; id <= 3; id++) {
        group.stop(id);
      }
      for (long id = 1; id <= 3; id++) {
        group.start(id);
      }
      group.put("after");
      assertThat(group.settled(51).get(1L)).startsWith("word 0").endsWith("word 49", "after");
    }
  }

  @Test
  void another_node_leads_when_the_leader_is_gone_and_it_catches_up_when_it_is_back() {
    try (Group group = Group.of(directory, 1, 2, 3)) {
      group.put("a");
      long gone = group.leader().self();
      group.stop(gone);
      group.put("b");
      assertThat(group.leader().self()).isNotEqualTo(gone);
      group.start(gone);
      group.put("c");
      assertThat(group.settled(3).get(gone)).containsExactly("a", "b", "c");
    }
  }

  @Test
  void a_leader_that_is_cut_off_steps_down_and_its_proposal_is_not_told_done() {
    try (Group group = Group.of(directory, 1, 2, 3)) {
      group.put("a");
      RaftNode old = group.leader();
      group.network.isolate(old.self());
      CompletableFuture<byte[]> lost = old.propose(Group.bytes("lost"));
      Group.until("a step down", () -> old.role().role() != Role.LEADER);
      Group.until(
          "another leader",
          () ->
              group.nodes.values().stream()
                  .anyMatch(n -> n.self() != old.self() && n.role().role() == Role.LEADER));
      group.put("b");
      assertThat(lost).isNotCompletedExceptionally().isNotDone();
      for (long other = 1; other <= 3; other++) {
        group.network.heal(old.self(), other);
        group.network.heal(other, old.self());
      }
      assertThatThrownBy(() -> Group.get(lost)).isInstanceOf(RaftException.Superseded.class);
      assertThat(group.settled(2).get(old.self())).containsExactly("a", "b");
    }
  }

  @Test
  void a_new_node_joins_as_a_learner_gets_a_snapshot_and_becomes_a_voter() {
    try (Group group =
        new Group(
            directory,
            Membership.of(1, 2, 3),
            config -> config.snapshotBytes(4_000),
            server -> server)) {
      for (int i = 0; i < 500; i++) {
        group.put("word " + i);
      }
      group.start(4, Membership.NONE);
      Membership now = group.change(new MembershipChange.Join(4));
      assertThat(now.members()).isEqualTo(NodeIds.of(1, 2, 3, 4));
      Group.until(
          "a fourth voter",
          () -> Group.get(group.leader().status()).membership().voters().contains(4));
      assertThat(group.settled(500).get(4L)).hasSize(500);
      group.change(new MembershipChange.Remove(1));
      group.put("without 1");
      assertThat(Group.get(group.leader().status()).membership().voters())
          .isEqualTo(NodeIds.of(2, 3, 4));
    }
  }

  @Test
  void leadership_goes_where_it_is_sent() {
    try (Group group = Group.of(directory, 1, 2, 3)) {
      group.put("a");
      long to = group.follower().self();
      Group.get(group.leader().transferLeadership(to));
      Group.until("the new leader", () -> group.node(to).role().role() == Role.LEADER);
      group.put("b");
      assertThat(group.settled(2).get(to)).containsExactly("a", "b");
    }
  }

  @Test
  void a_server_that_is_closed_hands_over_first() {
    try (Group group = Group.of(directory, 1, 2, 3)) {
      group.put("a");
      RaftNode old = group.leader();
      long term = old.role().term();
      group.stop(old.self());
      RaftNode next = group.leader();
      assertThat(next.role().term()).isEqualTo(term + 1);
      assertThatThrownBy(() -> Group.get(old.propose(Group.bytes("b"))))
          .isInstanceOf(RaftException.class);
    }
  }

  @Test
  void a_state_machine_that_throws_stops_its_node_and_says_so() {
    StateMachine broken =
        new StateMachine() {
          @Override
          public byte[] apply(long index, ByteBuffer command) {
            throw new IllegalArgumentException("no");
          }

          @Override
          public View snapshot() {
            return out -> {};
          }

          @Override
          public void restore(java.io.InputStream in) {}
        };
    try (RaftServer server =
        RaftServer.open(
            ServerConfig.of(1, directory),
            new io.quorate.raft.transport.local.LocalNetwork().transport(1))) {
      RaftNode node =
          server.join(
              io.quorate.raft.replica.ReplicaConfig.of(
                  io.quorate.raft.core.CoreConfig.defaults(1), 7),
              Membership.of(1),
              broken);
      Group.until("a leader", () -> node.role().role() == Role.LEADER);
      assertThatThrownBy(() -> Group.get(node.propose(Group.bytes("a"))))
          .isInstanceOf(RaftException.Unknown.class);
      assertThatThrownBy(() -> Group.get(node.read(() -> 1)))
          .isInstanceOf(RaftException.Stopped.class)
          .hasMessageContaining("no");
    }
  }

  @Test
  void a_command_that_is_too_large_is_refused_and_the_others_are_not() {
    try (Group group = Group.of(directory, 1, 2, 3)) {
      RaftNode leader = group.leader();
      CompletableFuture<byte[]> before = leader.propose(Group.bytes("before"));
      CompletableFuture<byte[]> large = leader.propose(new byte[(4 << 20) + 1]);
      CompletableFuture<byte[]> largest = leader.propose(new byte[4 << 20]);
      assertThatThrownBy(() -> Group.get(large))
          .isInstanceOfSatisfying(
              RaftException.Refused.class,
              refused -> assertThat(refused.why()).isEqualTo(Refusal.TOO_LARGE));
      assertThat(ByteBuffer.wrap(Group.get(before)).getInt()).isEqualTo(1);
      assertThat(ByteBuffer.wrap(Group.get(largest)).getInt()).isEqualTo(2);
      group.settled(2);
    }
  }

  @Test
  void what_a_node_does_is_told_under_the_names_of_etcd() {
    try (Group group = Group.of(directory, 1, 2, 3)) {
      RaftNode leader = group.leader();
      ConcurrentLinkedQueue<TraceEvent> events = new ConcurrentLinkedQueue<>();
      leader.trace(events::add);
      group.put("a");
      Status status = Group.get(leader.status());
      List<String> names = events.stream().map(event -> event.name().text()).toList();
      assertThat(names.getFirst()).isEqualTo("InitState");
      assertThat(names)
          .containsSubsequence(
              "Replicate", "SendAppendEntriesRequest", "ReceiveAppendEntriesResponse", "Commit")
          .contains("Ready");
      TraceEvent commit =
          events.stream()
              .filter(event -> event.name() == TraceEvent.Name.COMMIT)
              .findFirst()
              .orElseThrow();
      assertThat(commit.toJson())
          .startsWith(
              "{\"tag\":\"trace\",\"event\":{\"name\":\"Commit\",\"nid\":\"%d\",\"state\":{\"term\":%d,"
                  .formatted(leader.self(), status.hardState().term()))
          .endsWith("\"conf\":[[\"1\",\"2\",\"3\"],[]]}}");
    }
  }
}
