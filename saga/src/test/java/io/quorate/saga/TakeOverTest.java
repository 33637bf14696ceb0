package io.quorate.saga;

import static io.quorate.saga.Shop.ORDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.EpochHeldException;
import io.quorate.core.tx.log.jdbc.JdbcLogConfig;
import io.quorate.core.tx.log.jdbc.JdbcTransactionLog;
import io.quorate.core.tx.runtime.CoordinatorState;
import io.quorate.core.tx.runtime.RuntimeConfig;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two coordinators that want the same log. */
@Timeout(60)
class TakeOverTest {
  private final JdbcDataSource database = new JdbcDataSource();
  private final SagaDefinition<Shop.Order> saga = new Shop().placeOrder();

  @BeforeEach
  void name() {
    database.setURL("jdbc:h2:mem:takeover" + hashCode() + ";DB_CLOSE_DELAY=-1");
  }

  private JdbcTransactionLog log() {
    return JdbcTransactionLog.open(JdbcLogConfig.builder(database).createTables(true).build());
  }

  /** What another JVM on this host with this very process id calls itself. */
  private static String ownerInAnotherJvm() throws Exception {
    URL core = RuntimeConfig.class.getProtectionDomain().getCodeSource().getLocation();
    try (var other = new URLClassLoader(new URL[] {core}, ClassLoader.getPlatformClassLoader())) {
      Object defaults =
          other.loadClass(RuntimeConfig.class.getName()).getMethod("defaults").invoke(null);
      return (String) defaults.getClass().getMethod("owner").invoke(defaults);
    }
  }

  @Test
  void of_two_replicas_with_the_defaults_the_second_waits_and_the_first_goes_on() throws Exception {
    RuntimeConfig defaults = RuntimeConfig.defaults();
    RuntimeConfig second = defaults.withOwner(ownerInAnotherJvm()).withAcquireWait(Duration.ZERO);
    assertThat(second.owner().split("#")[0]).isEqualTo(defaults.owner().split("#")[0]);
    try (var log = log();
        var otherLog = log();
        var sagas = SagaCoordinator.open(log, defaults, saga)) {
      assertThatThrownBy(() -> SagaCoordinator.open(otherLog, second, saga))
          .isInstanceOf(EpochHeldException.class)
          .hasMessageContaining(defaults.owner());
      assertThat(sagas.run(saga, new TxId("a"), ORDER)).isInstanceOf(Outcome.Done.class);
      assertThat(sagas.isRunning()).isTrue();
    }
  }

  @Test
  void a_name_that_stays_the_same_takes_the_log_back_at_once() throws Exception {
    CountDownLatch stopped = new CountDownLatch(1);
    RuntimeConfig stable =
        RuntimeConfig.defaults()
            .withOwner("orders")
            .withAcquireWait(Duration.ZERO)
            .withPollInterval(Duration.ofMillis(5));
    RuntimeConfig watched =
        stable.watchedBy(
            state -> {
              if (state.status() == CoordinatorState.Status.STOPPED) {
                stopped.countDown();
              }
            });
    try (var log = log();
        var otherLog = log();
        var before = SagaCoordinator.open(log, watched, saga);
        var after = SagaCoordinator.open(otherLog, stable, saga)) {
      stopped.await();
      assertThat(before.isRunning()).isFalse();
      assertThat(before.state().why()).contains("another coordinator has taken over");
      assertThat(after.run(saga, new TxId("a"), ORDER)).isInstanceOf(Outcome.Done.class);
    }
  }
}
