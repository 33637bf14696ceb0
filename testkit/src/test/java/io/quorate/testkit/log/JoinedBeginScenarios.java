package io.quorate.testkit.log;

import static io.quorate.testkit.log.TestRecords.begin;
import static io.quorate.testkit.log.TestRecords.due;
import static io.quorate.testkit.log.TestRecords.end;
import static io.quorate.testkit.log.TestRecords.lazy;
import static io.quorate.testkit.log.TestRecords.locking;
import static io.quorate.testkit.log.TestRecords.step;
import static io.quorate.testkit.log.TestRecords.tx;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.SequenceConflictException;
import io.quorate.core.tx.log.TxHead;
import io.quorate.core.tx.log.jdbc.JdbcTransactionLog;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Beginning within the application's transaction, and forgetting what ended long ago. */
abstract class JoinedBeginScenarios {
  private static final Duration LEASE = Duration.ofMinutes(10);

  private JdbcHome home;
  private JdbcTransactionLog log;
  private Epoch epoch;

  abstract JdbcHome newHome();

  @BeforeEach
  final void open() throws Exception {
    home = newHome();
    log = home.open();
    epoch = log.acquire("node-1", LEASE);
  }

  @AfterEach
  final void close() throws Exception {
    log.close();
    home.close();
  }

  @Test
  void a_joined_begin_is_there_if_and_when_the_application_commits() throws Exception {
    TxId tx = tx("joined");
    LogRecord begin = lazy(due(begin(tx), log.now().plusSeconds(5)));
    try (Connection application = home.connection()) {
      application.setAutoCommit(false);
      log.append(application, begin);
      assertThat(log.head(tx)).isEmpty();
      application.rollback();
      assertThat(log.head(tx)).isEmpty();
      log.append(application, begin);
      application.commit();
    }
    assertThat(log.read(tx)).containsExactly(begin);
    assertThat(log.head(tx)).map(TxHead::epoch).contains(0L);
    assertThat(log.due(epoch, 10)).isEmpty();
    home.advance(Duration.ofSeconds(6));
    assertThat(log.due(epoch, 10)).extracting(TxHead::tx).containsExactly(tx);
    log.append(epoch, List.of(step(tx, 1)));
    assertThat(log.due(epoch, 10)).isEmpty();
  }

  @Test
  void an_id_in_use_is_refused_and_the_applications_transaction_goes_on() throws Exception {
    TxId tx = tx("used");
    log.append(epoch, List.of(begin(tx), end(tx, 1)));
    try (Connection application = home.connection();
        Statement statement = application.createStatement()) {
      statement.execute("create table if not exists orders (id varchar(40))");
      application.setAutoCommit(false);
      statement.execute("delete from orders");
      statement.execute("insert into orders values ('before')");
      assertThatThrownBy(() -> log.append(application, due(begin(tx), log.now())))
          .isInstanceOf(SequenceConflictException.class);
      statement.execute("insert into orders values ('after')");
      application.commit();
      try (var rows = statement.executeQuery("select count(*) from orders")) {
        rows.next();
        assertThat(rows.getInt(1)).isEqualTo(2);
      }
      application.commit();
    }
    assertThat(log.read(tx)).hasSize(2);
  }

  @Test
  void only_a_begin_with_a_due_and_without_locks_can_be_joined() throws Exception {
    try (Connection application = home.connection()) {
      LogRecord fine = due(begin(tx("t")), log.now());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> log.append(application, fine))
          .withMessageContaining("autocommit");
      application.setAutoCommit(false);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> log.append(application, begin(tx("t"))))
          .withMessageContaining("due");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> log.append(application, due(step(tx("t"), 1), log.now())))
          .withMessageContaining("BEGIN");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> log.append(application, locking(fine, "a")))
          .withMessageContaining("locks");
    }
    assertThat(log.head(tx("t"))).isEmpty();
  }

  @Test
  void what_ended_long_ago_is_forgotten_in_batches_and_nothing_else() throws Exception {
    for (int i = 0; i < 5; i++) {
      log.append(epoch, List.of(begin(tx("ended-" + i)), end(tx("ended-" + i), 1)));
    }
    log.append(epoch, List.of(begin(tx("open"))));
    assertThat(log.purge(10)).isZero();
    home.advance(Duration.ofHours(2));
    log.append(epoch, List.of(begin(tx("young")), end(tx("young"), 1)));
    assertThat(log.purge(3)).isEqualTo(3);
    assertThat(log.purge(3)).isEqualTo(2);
    assertThat(log.purge(3)).isZero();
    for (int i = 0; i < 5; i++) {
      assertThat(log.head(tx("ended-" + i))).isEmpty();
      assertThat(log.read(tx("ended-" + i))).isEmpty();
    }
    assertThat(log.read(tx("open"))).hasSize(1);
    assertThat(log.read(tx("young"))).hasSize(2);
    assertThatIllegalArgumentException().isThrownBy(() -> log.purge(0));
    log.append(epoch, List.of(begin(tx("ended-0"))));
  }

  static JdbcHome homeOn(JdbcHome.Server server) {
    return new JdbcHome(server, builder -> builder.retention(Duration.ofHours(1)));
  }
}
