package io.quorate.core.tx.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.log.EpochHeldException;
import io.quorate.core.tx.log.TransactionLog;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Waiting for another owner's lease to run out. */
class LeaseKeeperTest {
  private final AtomicInteger asked = new AtomicInteger();

  /** A log that is held for the first {@code times} and can do nothing but be acquired. */
  private TransactionLog heldFor(int times) {
    return (TransactionLog)
        Proxy.newProxyInstance(
            TransactionLog.class.getClassLoader(),
            new Class<?>[] {TransactionLog.class},
            (proxy, method, args) -> {
              assertThat(method.getName()).isEqualTo("acquire");
              if (asked.getAndIncrement() < times) {
                throw new EpochHeldException("log", "ann", Duration.ofMillis(2));
              }
              return new Epoch((String) args[0], 7);
            });
  }

  @Test
  void it_asks_again_when_the_lease_should_have_run_out() throws Exception {
    RuntimeConfig config = Rig.QUICK.withAcquireWait(Duration.ofMinutes(1));
    assertThat(LeaseKeeper.acquire(heldFor(3), config).number()).isEqualTo(7);
    assertThat(asked).hasValue(4);
  }

  @Test
  void without_patience_it_fails_at_once_and_names_the_holder() {
    RuntimeConfig config = Rig.QUICK.withAcquireWait(Duration.ZERO);
    assertThatThrownBy(() -> LeaseKeeper.acquire(heldFor(3), config))
        .isInstanceOf(EpochHeldException.class)
        .hasMessageContaining("ann");
    assertThat(asked).hasValue(1);
  }

  @Test
  void an_interrupt_ends_the_waiting_and_is_kept() {
    RuntimeConfig config = Rig.QUICK.withAcquireWait(Duration.ofMinutes(1));
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> LeaseKeeper.acquire(heldFor(Integer.MAX_VALUE), config))
          .isInstanceOf(EpochHeldException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
