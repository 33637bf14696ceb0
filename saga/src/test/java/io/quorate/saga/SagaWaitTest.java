package io.quorate.saga;

import static io.quorate.saga.Shop.ORDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.file.FileTransactionLog;
import io.quorate.core.tx.runtime.CoordinatorState;
import io.quorate.core.tx.runtime.RuntimeConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How long somebody waits for a saga. */
@Timeout(60)
class SagaWaitTest {
  private static final TxId ID = new TxId("order/1");

  @TempDir Path directory;
  private final CountDownLatch go = new CountDownLatch(1);
  private final Shop shop = new Shop();
  private final SagaDefinition<Shop.Order> saga =
      shop.named("s").then(shop.steps.pivot("pay", (c, o) -> go.await())).build();
  private FileTransactionLog log;
  private SagaCoordinator sagas;

  @BeforeEach
  void open() throws Exception {
    log = FileTransactionLog.open(directory);
    sagas = SagaCoordinator.open(log, saga);
  }

  @AfterEach
  void close() {
    go.countDown();
    sagas.close();
    log.close();
  }

  @Test
  void a_wait_that_cannot_be_is_refused_before_anything_begins() throws Exception {
    for (Duration wrong :
        List.of(
            Duration.ofNanos(-1),
            RuntimeConfig.DURATION_MAX.plusNanos(1),
            Duration.ofSeconds(Long.MIN_VALUE),
            Duration.ofSeconds(Long.MAX_VALUE))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> sagas.run(saga, ID, ORDER, wrong))
          .withMessage("wait: %s (expected: PT0S..%s)", wrong, RuntimeConfig.DURATION_MAX);
    }
    assertThat(log.head(ID)).isEmpty();
    assertThat(sagas.run(saga, ID, ORDER, Duration.ZERO)).isInstanceOf(Outcome.Pending.class);
    go.countDown();
    assertThat(sagas.run(saga, ID, ORDER, RuntimeConfig.DURATION_MAX))
        .isInstanceOf(Outcome.Done.class);
  }

  @Test
  void an_interrupted_thread_starts_the_saga_and_waits_for_nothing() throws Exception {
    Thread.currentThread().interrupt();
    Outcome<SagaResults> told = sagas.run(saga, ID, ORDER);
    assertThat(Thread.interrupted()).as("kept").isTrue();
    assertThat(told).isInstanceOf(Outcome.Pending.class);
    go.countDown();
    assertThat(sagas.run(saga, ID, ORDER)).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void a_coordinator_says_how_it_is() {
    assertThat(sagas.isRunning()).isTrue();
    assertThat(sagas.state().status()).isEqualTo(CoordinatorState.Status.RUNNING);
    sagas.close();
    assertThat(sagas.isRunning()).isFalse();
    assertThat(sagas.state().why()).isEqualTo("the coordinator was closed");
  }
}
