package io.quorate.core.tx.log.jdbc;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Two statements a batch: one reads and locks, one writes every table from arrays. */
final class PostgresTables implements LogTables {

  /**
   * How long a row another session holds is waited for: an uncommitted begin joined to somebody's
   * transaction must not stop the whole shard.
   */
  private static final String LOCK_TIMEOUT = "100ms";

  /** A role or database with asynchronous commit must not weaken what the log calls durable. */
  private static final String SYNCHRONOUS =
      """
      case when current_setting('synchronous_commit') = 'off'
        then set_config('synchronous_commit', 'on', true) else '' end\
      """;

  private static final int EPOCH = 0;
  private static final int HEAD = 1;

  private final String shard;
  private final String begin;
  private final String write;

  PostgresTables(String shard, TableNames names) {
    this.shard = shard;
    // Settings come with the first row, at no round trip: they count from the next statement on.
    this.begin =
        """
        with newest as (select number from %s where shard = ? for share)
        select 0 as what, set_config('lock_timeout', '%s', true) || %s as name,
          number, 0 as status, null as holder from newest
        union all
        select 1, tx, seq, status, null from %s where shard = ? and tx = any(?::text[])
        union all
        select 2, name, 0, 0, tx from %s where shard = ? and name = any(?::text[])
        """
            .formatted(names.epoch(), LOCK_TIMEOUT, SYNCHRONOUS, names.head(), names.lock());
    this.write =
        """
        with written as (
          insert into %1$s (shard, tx, seq, kind, forced, due, locks, epoch, body)
          select ?, * from unnest(?::text[], ?::int[], ?::smallint[], ?::bool[], ?::numeric[],
            ?::text[], ?::bigint[], ?::bytea[])),
        moved as (
          insert into %2$s as h (shard, tx, seq, status, due, held, epoch, started, changed)
          select ?, g.*, ?, ? from unnest(?::text[], ?::int[], ?::smallint[], ?::numeric[],
            ?::bigint[], ?::bigint[]) as g
          on conflict (shard, tx) do update set seq = excluded.seq, status = excluded.status,
            due = excluded.due, held = excluded.held, epoch = excluded.epoch,
            changed = excluded.changed
            where h.seq < excluded.seq
          returning 1),
        taken as (
          insert into %3$s as l (shard, name, tx) select ?, * from unnest(?::text[], ?::text[])
          on conflict (shard, name) do update set tx = excluded.tx
            where l.tx = excluded.tx or l.tx = any(?::text[])
          returning 1),
        freed as (
          delete from %3$s where shard = ? and tx = any(?::text[]) and name <> all(?::text[]))
        select (select count(*) from moved), (select count(*) from taken)
        """
            .formatted(names.log(), names.head(), names.lock());
  }

  /**
   * Statements are planned once for a connection: planning them costs more than running them. The
   * first time, the tables may be all but empty: a plan that reads them whole would be kept while
   * they grow.
   */
  @Override
  public void opened(Connection connection) throws SQLException {
    setting(connection, "set plan_cache_mode = force_generic_plan; set enable_seqscan = off");
  }

  @Override
  public void closing(Connection connection) throws SQLException {
    setting(connection, "reset plan_cache_mode; reset enable_seqscan");
  }

  @Override
  public void durably(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("select " + SYNCHRONOUS);
    }
  }

  private static void setting(Connection connection, String sql) throws SQLException {
    // By itself: a rollback of the batch must not take it back.
    connection.setAutoCommit(true);
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } finally {
      connection.setAutoCommit(false);
    }
  }

  @Override
  public BatchPlan.Snapshot begin(Connection connection, Set<TxId> transactions, Set<String> locks)
      throws SQLException {
    long epoch = -1;
    Map<TxId, BatchPlan.Stored> heads = new HashMap<>();
    Map<String, String> holders = new HashMap<>();
    try (PreparedStatement select = connection.prepareStatement(begin)) {
      select.setString(1, shard);
      select.setString(2, shard);
      select.setArray(3, connection.createArrayOf("text", LogTables.ids(transactions)));
      select.setString(4, shard);
      select.setArray(5, connection.createArrayOf("text", LogTables.escaped(locks)));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          switch (row.getInt(1)) {
            case EPOCH -> epoch = row.getLong(3);
            case HEAD ->
                heads.put(
                    new TxId(row.getString(2)), new BatchPlan.Stored(row.getInt(3), row.getInt(4)));
            default -> holders.put(Columns.unescaped(row.getString(2)), row.getString(5));
          }
        }
      }
    }
    return new BatchPlan.Snapshot(shard, epoch, heads, holders);
  }

  @Override
  public boolean write(Connection connection, BatchPlan plan) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(write)) {
      Binder bind = new Binder(connection, statement);
      List<LogRecord> records = plan.rows().stream().map(BatchPlan.Row::record).toList();
      bind.value(shard);
      bind.array("text", records, r -> r.tx().value());
      bind.array("int4", records, LogRecord::seq);
      bind.array("int2", records, r -> Columns.code(r.kind()));
      bind.array("bool", records, r -> r.force() == LogRecord.Force.FORCED);
      bind.array("numeric", records, r -> r.due() == null ? null : Columns.seconds(r.due()));
      bind.array("text", records, r -> Columns.locks(r.locks()));
      bind.array("int8", plan.rows(), BatchPlan.Row::epoch);
      bind.bytes(records);

      List<BatchPlan.Head> heads = List.copyOf(plan.heads().values());
      BigDecimal now = Columns.seconds(plan.now());
      bind.value(shard);
      bind.value(now);
      bind.value(now);
      bind.array("text", heads, h -> h.last().tx().value());
      bind.array("int4", heads, h -> h.last().seq());
      bind.array("int2", heads, BatchPlan.Head::statusCode);
      bind.array("numeric", heads, h -> Columns.seconds(plan.due(h)));
      bind.array("int8", heads, BatchPlan::held);
      bind.array("int8", heads, BatchPlan.Head::epoch);

      List<TxId> ended = List.copyOf(plan.ended());
      List<Map.Entry<String, TxId>> taken = new ArrayList<>(plan.taken().entrySet());
      bind.value(shard);
      bind.array("text", taken, lock -> Columns.escaped(lock.getKey()));
      bind.array("text", taken, lock -> lock.getValue().value());
      bind.array("text", ended, TxId::value);
      bind.value(shard);
      bind.array("text", ended, TxId::value);
      bind.array("text", taken, lock -> Columns.escaped(lock.getKey()));
      try (ResultSet counts = statement.executeQuery()) {
        counts.next();
        return counts.getInt(1) == heads.size() && counts.getInt(2) == taken.size();
      }
    }
  }

  /** Binds parameters in order. */
  private static final class Binder {
    private final Connection connection;
    private final PreparedStatement statement;
    private int next = 1;

    Binder(Connection connection, PreparedStatement statement) {
      this.connection = connection;
      this.statement = statement;
    }

    void value(Object value) throws SQLException {
      statement.setObject(next++, value);
    }

    <T> void array(String type, List<T> rows, Function<T, @Nullable Object> column)
        throws SQLException {
      statement.setArray(
          next++, connection.createArrayOf(type, rows.stream().map(column).toArray()));
    }

    void bytes(List<LogRecord> records) throws SQLException {
      byte[][] bodies = records.stream().map(LogRecord::body).toArray(byte[][]::new);
      statement.setArray(next++, connection.createArrayOf("bytea", bodies));
    }
  }
}
