package io.quorate.raftsim;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.raft.StateMachine;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A user's state machine in the simulator. */
final class CounterExampleTest {

  /** A counter; a command adds one. */
  private static final class Counter implements StateMachine {
    private long value;

    @Override
    public byte[] apply(long index, ByteBuffer command) {
      value++;
      return bytes();
    }

    byte[] bytes() {
      return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    @Override
    public View snapshot() {
      byte[] copy = bytes();
      return out -> out.write(copy);
    }

    @Override
    public void restore(InputStream in) throws IOException {
      value = new DataInputStream(in).readLong();
    }
  }

  @Test
  void a_counter_never_goes_back() {
    // #region simulate-counter
    for (long seed = 1; seed <= 20; seed++) {
      AtomicLong known = new AtomicLong();
      RaftSimulation.of(Counter::new)
          .nodes(3)
          .seed(seed)
          .workload(
              client -> {
                long before = known.get();
                client.propose(
                    new byte[] {1},
                    outcome -> {
                      if (outcome instanceof Outcome.Done done) {
                        long now = ByteBuffer.wrap(done.result()).getLong();
                        if (now <= before) {
                          throw new AssertionError(now + " after " + before);
                        }
                        known.accumulateAndGet(now, Math::max);
                      }
                    });
              })
          .run()
          .requireSound();
    }
    // #endregion
  }

  @Test
  void a_machine_that_forgets_to_restore_is_found() {
    assertThatThrownBy(
            () -> {
              for (long seed = 1; seed <= 40; seed++) {
                RaftSimulation.of(
                        () ->
                            new StateMachine() {
                              private long value;

                              @Override
                              public byte[] apply(long index, ByteBuffer command) {
                                value++;
                                return new byte[0];
                              }

                              @Override
                              public View snapshot() {
                                long copy = value;
                                return out -> out.write(Long.toString(copy).getBytes());
                              }

                              @Override
                              public void restore(InputStream in) {
                                // Forgotten.
                              }
                            })
                    .seed(seed)
                    .workload(client -> client.propose(new byte[100], outcome -> {}))
                    .run()
                    .requireSound();
              }
            })
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("snapshots-equal");
  }
}
