package io.quorate.core.tx.log.jdbc;

import io.quorate.core.time.Ticker;
import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.log.EpochHeldException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Hands out epochs. The row of the epoch is locked by whoever acquires, and shared by every batch
 * that is being committed: a newcomer gets its epoch when no older append can still become durable.
 *
 * <p>A lease has run out when the database's clock says so, or when this process has watched it for
 * its whole length by the monotonic clock without seeing a renewal: a database clock that was set
 * back delays a take-over by one lease and no more.
 */
final class Leases {

  /** What was seen of a lease, and when first. */
  private record Sighting(long number, long renewals, long sinceNanos) {}

  private final String shard;
  private final Ticker ticker;
  private final LogClock clock;
  private final String create;
  private final String lock;
  private final String take;
  private final String extend;
  private final String giveUp;
  private final String newest;
  private final ReentrantLock mutex = new ReentrantLock();
  private @Nullable Sighting sighting;

  Leases(JdbcLogConfig config, LogClock clock, TableNames names) {
    this.shard = config.shard();
    this.ticker = config.ticker();
    this.clock = clock;
    String table = names.epoch();
    create =
        "insert into "
            + table
            + " (shard, number, owner, lease, expires, renewals, clock)"
            + " values (?, 0, '', 0, 0, 0, 0)";
    lock =
        "select number, owner, lease, expires, renewals from "
            + table
            + " where shard = ? for update";
    take =
        "update "
            + table
            + " set number = ?, owner = ?, lease = ?, expires = ?, renewals = 0 where shard = ?";
    extend =
        "update "
            + table
            + " set expires = ? + lease, renewals = renewals + 1 where shard = ? and number = ?";
    giveUp = "update " + table + " set owner = '', expires = 0 where shard = ? and number = ?";
    newest = "select number from " + table + " where shard = ?";
  }

  /** Creates the shard's row. A duplicate key means that it exists. */
  void create(Connection connection) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(create)) {
      insert.setString(1, shard);
      insert.executeUpdate();
    }
  }

  boolean exists(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(newest)) {
      select.setString(1, shard);
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    }
  }

  /**
   * The new epoch, or who holds it.
   *
   * @param time what the log's clock must not be behind from now on
   */
  record Acquired(Optional<Epoch> epoch, String holder, Duration remaining, Instant time) {
    Epoch orThrow(String log) throws EpochHeldException {
      if (epoch.isEmpty()) {
        throw new EpochHeldException(log, holder, remaining);
      }
      return epoch.get();
    }
  }

  /** One transaction. */
  Acquired acquire(Connection connection, String owner, Duration lease) throws SQLException {
    mutex.lock();
    try (PreparedStatement select = connection.prepareStatement(lock)) {
      select.setString(1, shard);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          throw new SQLException("the row of shard " + shard + " has been deleted");
        }
        long number = row.getLong(1);
        String holder = row.getString(2);
        Instant now = clock.databaseTime(connection);
        if (!holder.isEmpty() && !holder.equals(owner)) {
          Place place = new Place(shard, "the row of the epoch");
          Duration length = place.read("lease", row.getBigDecimal(3), Columns::duration);
          Instant expires = place.read("expires", row.getBigDecimal(4), Columns::instant);
          Duration remaining = remaining(number, row.getLong(5), length, now, expires);
          if (remaining.isPositive()) {
            return new Acquired(Optional.empty(), holder, remaining, now);
          }
        }
        Epoch epoch = new Epoch(owner, number + 1);
        take(connection, epoch, lease, now);
        return new Acquired(Optional.of(epoch), owner, Duration.ZERO, clock.read(connection));
      }
    } finally {
      mutex.unlock();
    }
  }

  private void take(Connection connection, Epoch epoch, Duration lease, Instant now)
      throws SQLException {
    BigDecimal length = Columns.seconds(lease);
    try (PreparedStatement update = connection.prepareStatement(take)) {
      update.setLong(1, epoch.number());
      update.setString(2, epoch.owner());
      update.setBigDecimal(3, length);
      update.setBigDecimal(4, Columns.seconds(now).add(length));
      update.setString(5, shard);
      update.executeUpdate();
    }
  }

  private Duration remaining(
      long number, long renewals, Duration length, Instant now, Instant expires) {
    long nanos = ticker.nanos();
    @Nullable Sighting seen = sighting;
    if (seen == null || seen.number() != number || seen.renewals() != renewals) {
      seen = new Sighting(number, renewals, nanos);
      sighting = seen;
    }
    Duration byDatabase = Duration.between(now, expires);
    Duration byWatching = length.minusNanos(nanos - seen.sinceNanos());
    return byDatabase.compareTo(byWatching) < 0 ? byDatabase : byWatching;
  }

  /** False when the epoch is not the newest. */
  boolean renew(Connection connection, Epoch epoch) throws SQLException {
    if (epoch.number() == Epoch.NONE.number()) {
      return false;
    }
    BigDecimal now = Columns.seconds(clock.databaseTime(connection));
    try (PreparedStatement update = connection.prepareStatement(extend)) {
      update.setBigDecimal(1, now);
      update.setString(2, shard);
      update.setLong(3, epoch.number());
      return update.executeUpdate() == 1;
    }
  }

  void release(Connection connection, Epoch epoch) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(giveUp)) {
      update.setString(1, shard);
      update.setLong(2, epoch.number());
      update.executeUpdate();
    }
  }

  /** The newest epoch's number, 0 before the first. */
  long newest(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(newest)) {
      select.setString(1, shard);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getLong(1) : 0;
      }
    }
  }
}
