package io.quorate.core.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Between the gate, which knows of a failed force first, and the queue, which is told then. */
class PoisonedQueueTest {
  private static final String DIRECTORY = "a directory";

  private final DurableGate gate = new DurableGate(DIRECTORY, 0, new Completions(true));
  private final AppendQueue queue =
      new AppendQueue(
          WalConfig.defaults().segmentBytes(16 << 10),
          WalRuntime.inline(() -> 0, 1),
          DIRECTORY,
          gate,
          Segment.startingAt(0, 16 << 10, 1),
          0,
          true,
          () -> {});

  private long append() {
    return queue.append(1, 0, 0, 0, ByteBuffer.allocate(10), false, Room.NORMAL);
  }

  @Test
  void who_has_seen_the_failure_appends_no_more() {
    long tail = append();
    gate.fail(new IOException("drill"));
    assertThatThrownBy(() -> gate.await(tail)).isInstanceOf(WalPoisonedException.class);
    assertThatThrownBy(this::append)
        .isInstanceOf(WalPoisonedException.class)
        .hasMessageContaining(DIRECTORY);
    assertThat(queue.tail()).isEqualTo(tail);
    queue.close();
    assertThatThrownBy(this::append).isInstanceOf(WalPoisonedException.class);
  }
}
