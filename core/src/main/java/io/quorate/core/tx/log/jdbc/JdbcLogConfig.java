package io.quorate.core.tx.log.jdbc;

import static java.util.Objects.requireNonNull;

import io.quorate.core.time.Ticker;
import io.quorate.core.tx.internal.SqlScript;
import io.quorate.core.tx.log.LogRecord;
import java.time.Duration;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * How a {@link JdbcTransactionLog} works. Made by {@link #builder}; immutable.
 *
 * @param dataSource where connections come from. Any will do; a pool of at least 2 serves best. The
 *     writer holds one connection while there is work, each read borrows one
 * @param shard the log's name in the database: logs of different shards share tables and nothing
 *     else. 1 to 64 printable ASCII characters; default {@code "default"}
 * @param tablePrefix what the tables' names start with; a lower-case identifier of at most 40
 *     characters; default {@code "tx_"}
 * @param createTables whether opening creates missing tables; default false: rights to do so belong
 *     to migrations, not to a running service
 * @param retention how long a transaction is remembered after its end, so that its id is not used
 *     again and its outcome can be asked for; positive, at most 100 years; default 7 days. An id
 *     used again later would run again
 * @param purgeEvery how often the holder of the epoch forgets what ended longer ago than the
 *     retention; 0 to 1 day; default 1 minute; 0: never, the tables grow until {@link
 *     JdbcTransactionLog#purge} is called. A turn costs a query, and a transaction of at most 500
 *     deletions if there is something to forget
 * @param batchRecordsMax the most records in one COMMIT; 1 to 100 000; default 1 024
 * @param batchBytesMax how many bytes a COMMIT may hold unless a single append is larger; at least
 *     64 KiB; default 4 MiB
 * @param queueBytesMax how many bytes of appends may wait before the next caller has to; at least
 *     {@code batchBytesMax}; default 32 MiB. With a batch in flight, the memory ceiling of the
 *     writer is about twice this
 * @param lazyFlushAfter how long a LAZY append waits for a forced one to ride with before it is
 *     written alone; 0 to 1 minute; default 20 ms
 * @param idleConnectionAfter how long the writer keeps its connection without work; 0 to 1 minute;
 *     default 100 ms
 * @param unavailableAfter how long a failing database is tried again before callers are told; 0 to
 *     10 minutes; default 10 s
 * @param ioTimeout how long one answer of the database may take before its connection is given up,
 *     where the driver can tell; 100 ms to 10 minutes; default 30 s
 * @param ticker what the log's time runs by; default the machine's monotonic clock
 */
public record JdbcLogConfig(
    DataSource dataSource,
    String shard,
    String tablePrefix,
    boolean createTables,
    Duration retention,
    Duration purgeEvery,
    int batchRecordsMax,
    int batchBytesMax,
    long queueBytesMax,
    Duration lazyFlushAfter,
    Duration idleConnectionAfter,
    Duration unavailableAfter,
    Duration ioTimeout,
    Ticker ticker) {

  private static final Pattern SHARD = Pattern.compile("[!-~]{1,64}");
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

  public JdbcLogConfig {
    requireNonNull(dataSource, "dataSource");
    requireNonNull(ticker, "ticker");
    if (!SHARD.matcher(shard).matches()) {
      throw new IllegalArgumentException(
          "shard: \"" + shard + "\" (expected: 1..64 printable ASCII characters without space)");
    }
    SqlScript.requireIdentifier("tablePrefix", tablePrefix);
    requireWithin("retention", retention, Duration.ofNanos(1), Duration.ofDays(36_500));
    requireWithin("purgeEvery", purgeEvery, Duration.ZERO, Duration.ofDays(1));
    requireWithin("batchRecordsMax", batchRecordsMax, 1, 100_000);
    requireWithin("batchBytesMax", batchBytesMax, 64 << 10, Integer.MAX_VALUE);
    requireWithin("queueBytesMax", queueBytesMax, batchBytesMax, Long.MAX_VALUE);
    requireWithin("lazyFlushAfter", lazyFlushAfter, Duration.ZERO, MINUTE);
    requireWithin("idleConnectionAfter", idleConnectionAfter, Duration.ZERO, MINUTE);
    requireWithin("unavailableAfter", unavailableAfter, Duration.ZERO, TEN_MINUTES);
    requireWithin("ioTimeout", ioTimeout, Duration.ofMillis(100), TEN_MINUTES);
  }

  /** Starts from the defaults above. */
  public static Builder builder(DataSource dataSource) {
    return new Builder(dataSource);
  }

  /** What an append costs of the byte limits: its bodies and locks, and room for its columns. */
  static long bytesOf(Iterable<LogRecord> records) {
    long bytes = 0;
    for (LogRecord record : records) {
      bytes += 256 + record.body().length + 3L * LogRecord.LOCK_LENGTH_MAX * record.locks().size();
    }
    return bytes;
  }

  private static void requireWithin(String field, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          field + ": " + value + " (expected: " + min + ".." + max + ")");
    }
  }

  private static void requireWithin(String field, Duration value, Duration min, Duration max) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          field + ": " + value + " (expected: " + min + ".." + max + ")");
    }
  }

  /** Collects options; {@link #build} checks them all. Not safe for use by many threads. */
  public static final class Builder {
    private final DataSource dataSource;
    private String shard = "default";
    private String tablePrefix = "tx_";
    private boolean createTables;
    private Duration retention = Duration.ofDays(7);
    private Duration purgeEvery = MINUTE;
    private int batchRecordsMax = 1024;
    private int batchBytesMax = 4 << 20;
    private long queueBytesMax = 32L << 20;
    private Duration lazyFlushAfter = Duration.ofMillis(20);
    private Duration idleConnectionAfter = Duration.ofMillis(100);
    private Duration unavailableAfter = Duration.ofSeconds(10);
    private Duration ioTimeout = Duration.ofSeconds(30);
    private Ticker ticker = Ticker.system();

    private Builder(DataSource dataSource) {
      this.dataSource = requireNonNull(dataSource, "dataSource");
    }

    /** See {@link JdbcLogConfig#shard()}. */
    public Builder shard(String shard) {
      this.shard = requireNonNull(shard, "shard");
      return this;
    }

    /** See {@link JdbcLogConfig#tablePrefix()}. */
    public Builder tablePrefix(String tablePrefix) {
      this.tablePrefix = requireNonNull(tablePrefix, "tablePrefix");
      return this;
    }

    /** See {@link JdbcLogConfig#createTables()}. */
    public Builder createTables(boolean createTables) {
      this.createTables = createTables;
      return this;
    }

    /** See {@link JdbcLogConfig#retention()}. */
    public Builder retention(Duration retention) {
      this.retention = requireNonNull(retention, "retention");
      return this;
    }

    /** See {@link JdbcLogConfig#purgeEvery()}. */
    public Builder purgeEvery(Duration purgeEvery) {
      this.purgeEvery = requireNonNull(purgeEvery, "purgeEvery");
      return this;
    }

    /** See {@link JdbcLogConfig#batchRecordsMax()}. */
    public Builder batchRecordsMax(int batchRecordsMax) {
      this.batchRecordsMax = batchRecordsMax;
      return this;
    }

    /** See {@link JdbcLogConfig#batchBytesMax()}. */
    public Builder batchBytesMax(int batchBytesMax) {
      this.batchBytesMax = batchBytesMax;
      return this;
    }

    /** See {@link JdbcLogConfig#queueBytesMax()}. */
    public Builder queueBytesMax(long queueBytesMax) {
      this.queueBytesMax = queueBytesMax;
      return this;
    }

    /** See {@link JdbcLogConfig#lazyFlushAfter()}. */
    public Builder lazyFlushAfter(Duration lazyFlushAfter) {
      this.lazyFlushAfter = requireNonNull(lazyFlushAfter, "lazyFlushAfter");
      return this;
    }

    /** See {@link JdbcLogConfig#idleConnectionAfter()}. */
    public Builder idleConnectionAfter(Duration idleConnectionAfter) {
      this.idleConnectionAfter = requireNonNull(idleConnectionAfter, "idleConnectionAfter");
      return this;
    }

    /** See {@link JdbcLogConfig#unavailableAfter()}. */
    public Builder unavailableAfter(Duration unavailableAfter) {
      this.unavailableAfter = requireNonNull(unavailableAfter, "unavailableAfter");
      return this;
    }

    /** See {@link JdbcLogConfig#ioTimeout()}. */
    public Builder ioTimeout(Duration ioTimeout) {
      this.ioTimeout = requireNonNull(ioTimeout, "ioTimeout");
      return this;
    }

    /** See {@link JdbcLogConfig#ticker()}. */
    public Builder ticker(Ticker ticker) {
      this.ticker = requireNonNull(ticker, "ticker");
      return this;
    }

    /**
     * The configuration.
     *
     * @throws IllegalArgumentException naming the option, its value and its rule
     */
    public JdbcLogConfig build() {
      return new JdbcLogConfig(
          dataSource,
          shard,
          tablePrefix,
          createTables,
          retention,
          purgeEvery,
          batchRecordsMax,
          batchBytesMax,
          queueBytesMax,
          lazyFlushAfter,
          idleConnectionAfter,
          unavailableAfter,
          ioTimeout,
          ticker);
    }
  }
}
