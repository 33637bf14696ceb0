package io.quorate.raft.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.testkit.seed.Seeds;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

/** The window of messages that are under way. */
class InflightTest {

  @Test
  void a_window_is_full_by_number_or_by_bytes() {
    Inflight window = new Inflight(2, 100);

    window.add(1, 10);
    assertThat(window.isFull()).isFalse();
    window.add(2, 10);
    assertThat(window.isFull()).isTrue();
    window.freeTo(1);
    assertThat(window.isFull()).isFalse();
    window.add(3, 90);
    assertThat(window.isFull()).isTrue();
    assertThat(window.bytes()).isEqualTo(100);
  }

  @Test
  void one_message_may_be_larger_than_the_window() {
    Inflight window = new Inflight(9, 10);

    window.add(5, 1_000);
    assertThat(window.isFull()).isTrue();
    window.freeTo(4);
    assertThat(window.isFull()).isTrue();
    window.freeTo(5);
    assertThat(window.isFull()).isFalse();
    assertThat(window.bytes()).isZero();
  }

  @Test
  void an_acknowledgement_frees_all_before_it() {
    Inflight window = new Inflight(9, 1_000);
    for (int i = 1; i <= 7; i++) {
      window.add(i * 10, i);
    }

    window.freeTo(35);
    assertThat(window.count()).isEqualTo(4);
    assertThat(window.bytes()).isEqualTo(22);
    window.freeTo(9);
    assertThat(window.count()).isEqualTo(4);
    window.clear();
    assertThat(window.count()).isZero();
    assertThat(window.bytes()).isZero();
  }

  @Test
  void a_window_counts_as_a_queue_would() {
    Seeds.check(
        100,
        random -> {
          Inflight window = new Inflight(1_000, 1_000_000);
          Deque<long[]> queue = new ArrayDeque<>();
          long last = 0;
          for (int i = 0; i < 200; i++) {
            if (random.chance(0.6)) {
              last += random.between(1, 3);
              long bytes = random.below(100);
              window.add(last, bytes);
              queue.add(new long[] {last, bytes});
            } else {
              long to = last - random.below(12);
              window.freeTo(to);
              while (!queue.isEmpty() && queue.peek()[0] <= to) {
                queue.remove();
              }
            }
            assertThat(window.count()).isEqualTo(queue.size());
            assertThat(window.bytes()).isEqualTo(queue.stream().mapToLong(each -> each[1]).sum());
          }
        });
  }
}
