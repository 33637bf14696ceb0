package io.quorate.testkit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.quorate.core.tx.log.jdbc.JdbcLogConfig;
import io.quorate.core.tx.log.jdbc.JdbcTransactionLog;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

/** What a configuration refuses, before anything is opened. */
final class JdbcLogConfigTest {

  @Test
  void every_option_out_of_bounds_is_refused_by_name() {
    Map<String, UnaryOperator<JdbcLogConfig.Builder>> wrong =
        Map.ofEntries(
            Map.entry("shard", b -> b.shard("a b")),
            Map.entry("tablePrefix", b -> b.tablePrefix("tx;")),
            Map.entry("retention", b -> b.retention(Duration.ZERO)),
            Map.entry("purgeEvery", b -> b.purgeEvery(Duration.ofDays(2))),
            Map.entry("batchRecordsMax", b -> b.batchRecordsMax(0)),
            Map.entry("batchBytesMax", b -> b.batchBytesMax(1)),
            Map.entry("queueBytesMax", b -> b.queueBytesMax(1)),
            Map.entry("lazyFlushAfter", b -> b.lazyFlushAfter(Duration.ofNanos(-1))),
            Map.entry("idleConnectionAfter", b -> b.idleConnectionAfter(Duration.ofHours(1))),
            Map.entry("unavailableAfter", b -> b.unavailableAfter(Duration.ofHours(1))),
            Map.entry("ioTimeout", b -> b.ioTimeout(Duration.ZERO)));
    wrong.forEach(
        (option, set) ->
            assertThatIllegalArgumentException()
                .as(option)
                .isThrownBy(() -> set.apply(JdbcLogConfig.builder(new JdbcDataSource())).build())
                .withMessageStartingWith(option + ":")
                .withMessageContaining("expected:"));
  }

  @Test
  void the_defaults_are_valid_and_as_documented() {
    JdbcLogConfig config = JdbcLogConfig.builder(new JdbcDataSource()).build();
    assertThat(config.shard()).isEqualTo("default");
    assertThat(config.tablePrefix()).isEqualTo("tx_");
    assertThat(config.createTables()).isFalse();
    assertThat(config.retention()).isEqualTo(Duration.ofDays(7));
    assertThat(config.purgeEvery()).isEqualTo(Duration.ofMinutes(1));
    assertThat(config.batchRecordsMax()).isEqualTo(1024);
    assertThat(config.batchBytesMax()).isEqualTo(4 << 20);
    assertThat(config.queueBytesMax()).isEqualTo(32L << 20);
  }

  @Test
  void a_table_prefix_is_checked_before_it_reaches_sql() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JdbcTransactionLog.createTables(h2(), "tx_; drop table x; --"))
        .withMessageContaining("tablePrefix");
  }

  private static JdbcDataSource h2() {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:config");
    return source;
  }
}
