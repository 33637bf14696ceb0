package io.quorate.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A node whose disk failed takes no part any more. */
class StorageFailureTest {

  @Test
  void a_leader_steps_down_and_refuses_what_it_is_asked() {
    OneCore leader = OneCore.of(1, 2, 3).ready();
    leader.read(7).endTurn().read(8).forget();

    leader.step(new Input.StorageFailed());
    assertThat(leader.take())
        .containsExactly(
            "read 7 refused STORAGE_FAILED", "read 8 refused STORAGE_FAILED", "FOLLOWER of term 1");
    leader.propose(1).transfer(2).change().read(9);
    assertThat(leader.take())
        .containsExactly(
            "refused STORAGE_FAILED",
            "refused STORAGE_FAILED",
            "refused STORAGE_FAILED",
            "read 9 refused STORAGE_FAILED");
  }

  @Test
  void what_was_held_for_the_disk_never_leaves() {
    OneCore node = OneCore.of(1, 2, 3);
    node.append(2, 1, 0, 0, 1, OneCore.batch(1, 1, 1));
    node.receive(3, new Message.RequestVote(9, 9, 9, true)).forget();

    node.step(new Input.StorageFailed()).forget();
    node.persistAll();
    node.receive(2, new Message.Heartbeat(9, 1, 0));
    node.receive(2, new Message.PreVote(10, 9, 9));
    node.tick(Duration.ofSeconds(9)).endTurn().step(new Input.Campaign());
    assertThat(node.take()).isEmpty();
    assertThat(node.status().role()).isEqualTo(Role.FOLLOWER);
  }

  @Test
  void the_others_go_on() {
    CoreCluster group = CoreCluster.of(3).elect(1);
    group.node(1).step(new Input.StorageFailed());

    group.advance(Duration.ofSeconds(4));
    assertThat(group.leader()).isNotNull().extracting(CoreNode::id).isNotEqualTo(1L);
    group.propose(group.leading().id(), 1).settle();
    assertThat(group.leading().status().commitIndex()).isEqualTo(3);
  }
}
