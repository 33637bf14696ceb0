package io.quorate.raft.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.testkit.seed.Seeds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Writes by number, what is durable, and what is held until then. */
class WritesTest {
  private final Writes writes = new Writes(0);
  private final RecordingEffects out = new RecordingEffects();

  private static Message.AppendAck ack(long index) {
    return new Message.AppendAck(1, index, 0, 1);
  }

  @Test
  void what_is_durable_follows_the_writes_in_their_order() {
    writes.append(3, 0);
    writes.append(5, 0);
    writes.hardState(0);

    writes.persisted(1, out);
    assertThat(writes.durableIndex()).isEqualTo(3);
    writes.persisted(3, out);
    assertThat(writes.durableIndex()).isEqualTo(5);
    assertThat(writes.pending()).isZero();
    writes.persisted(2, out);
    assertThat(writes.persisted()).isEqualTo(3);
    assertThatThrownBy(() -> writes.persisted(4, out))
        .isInstanceOf(InvariantViolatedException.class);
  }

  @Test
  void an_old_write_of_the_same_index_is_not_taken_for_the_new_one() {
    writes.append(5, 0);
    writes.truncate(3, 0);
    writes.append(5, 0);

    writes.persisted(1, out);
    assertThat(writes.durableIndex()).isEqualTo(2);
    writes.persisted(2, out);
    assertThat(writes.durableIndex()).isEqualTo(2);
    writes.persisted(3, out);
    assertThat(writes.durableIndex()).isEqualTo(5);
  }

  @Test
  void what_is_truncated_is_not_durable_from_that_moment_on() {
    writes.append(5, 0);
    writes.persisted(1, out);

    writes.truncate(3, 0);
    assertThat(writes.durableIndex()).isEqualTo(2);
    writes.append(4, 0);
    assertThat(writes.durableIndex()).isEqualTo(2);
    writes.persisted(3, out);
    assertThat(writes.durableIndex()).isEqualTo(4);
  }

  @Test
  void a_snapshot_takes_the_place_of_writes_before_it() {
    writes.append(5, 0);
    writes.append(6, 0);
    writes.persisted(1, out);

    writes.installSnapshot(20, 0);
    writes.append(21, 0);
    assertThat(writes.durableIndex()).isZero();
    writes.persisted(2, out);
    assertThat(writes.durableIndex()).isZero();
    writes.persisted(3, out);
    assertThat(writes.durableIndex()).isEqualTo(20);
    writes.persisted(4, out);
    assertThat(writes.durableIndex()).isEqualTo(21);
  }

  @Test
  void messages_leave_in_order_once_what_they_rest_on_is_durable() {
    writes.sendDurably(2, new Message.VoteReply(0, true), out);
    assertThat(out.take()).hasSize(1);
    writes.hardState(0);
    writes.append(1, 0);
    writes.sendDurably(2, new Message.VoteReply(1, true), out);
    writes.sendInTerm(3, new Message.TermIsOver(1), out);
    writes.sendDurably(3, new Message.VoteReply(1, true), out);
    assertThat(out.take()).isEmpty();

    writes.persisted(1, out);
    assertThat(out.take()).containsExactly("to 3: TermIsOver[term=1]");
    writes.persisted(2, out);
    assertThat(out.take())
        .containsExactly(
            "to 2: VoteReply[term=1, granted=true]", "to 3: VoteReply[term=1, granted=true]");
  }

  @Test
  void of_acknowledgements_that_become_due_together_the_last_is_sent() {
    writes.append(1, 0);
    writes.sendDurably(2, ack(1), out);
    writes.append(2, 0);
    writes.sendDurably(2, ack(2), out);
    writes.append(3, 0);
    writes.sendDurably(2, ack(3), out);

    writes.persisted(2, out);
    assertThat(out.take())
        .containsExactly("to 2: AppendAck[term=1, matchIndex=2, commitIndex=0, boot=1]");
    writes.persisted(3, out);
    assertThat(out.take())
        .containsExactly("to 2: AppendAck[term=1, matchIndex=3, commitIndex=0, boot=1]");
  }

  @Test
  void an_acknowledgement_is_outdone_only_by_one_for_the_same_leader_and_as_much() {
    writes.append(3, 0);
    writes.sendDurably(2, ack(3), out);
    writes.sendDurably(2, ack(1), out);
    writes.sendDurably(3, new Message.AppendAck(2, 9, 0, 1), out);

    writes.persisted(1, out);
    assertThat(out.take()).hasSize(3);
  }

  @Test
  void the_oldest_write_says_since_when_the_disk_is_waited_for() {
    assertThat(writes.oldestSince(7)).isEqualTo(7);
    writes.append(1, 10);
    writes.hardState(20);

    assertThat(writes.oldestSince(50)).isEqualTo(10);
    writes.persisted(1, out);
    assertThat(writes.oldestSince(50)).isEqualTo(20);
    writes.persisted(2, out);
    assertThat(writes.oldestSince(50)).isEqualTo(50);
  }

  @Test
  void what_is_durable_is_what_a_disk_that_does_the_same_has_of_the_log_of_now() {
    Seeds.check(
        200,
        random -> {
          Writes tested = new Writes(0);
          List<Long> memory = new ArrayList<>();
          List<List<Long>> disks = new ArrayList<>(List.of(List.of()));
          long name = 0;
          int durable = 0;
          for (int i = 0; i < 300; i++) {
            switch (random.below(6)) {
              case 0 -> tested.hardState(i);
              case 1 -> {
                int first = 1 + random.below(memory.size() + 1);
                tested.truncate(first, i);
                memory.subList(first - 1, memory.size()).clear();
              }
              case 2, 3 -> {
                memory.add(++name);
                tested.append(memory.size(), i);
              }
              default -> {
                durable += random.below(disks.size() - durable);
                tested.persisted(durable, out);
                List<Long> disk = disks.get(durable);
                int same = 0;
                while (same < Math.min(disk.size(), memory.size())
                    && disk.get(same).equals(memory.get(same))) {
                  same++;
                }
                assertThat(tested.durableIndex()).isEqualTo(same);
                continue;
              }
            }
            disks.add(List.copyOf(memory));
            assertThat(tested.issued()).isEqualTo(disks.size() - 1);
          }
        });
  }
}
