package io.quorate.core.tx.log.jdbc;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.TxHead;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes heads of rows. Where many are asked for, those that mean nothing are left out, so that one
 * damaged row does not hide all others; each is reported once.
 */
final class HeadRows {
  private static final Logger LOG = LoggerFactory.getLogger(HeadRows.class);

  /** What {@link #head} reads, in this order. */
  static final String COLUMNS = "tx, seq, status, due, held, epoch, started, changed";

  /** How many damaged rows are remembered as reported; beyond, they are reported again. */
  private static final int REPORTED_MAX = 1000;

  private final String shard;
  private final Set<String> reported = ConcurrentHashMap.newKeySet();

  HeadRows(String shard) {
    this.shard = shard;
  }

  /**
   * The head in the current row.
   *
   * @throws LogDamagedException when a value means nothing
   */
  TxHead head(ResultSet row) throws SQLException {
    String id = row.getString(1);
    Place place = Place.transaction(shard, id);
    TxId tx = place.read("tx", id, TxId::new);
    BigDecimal seconds = row.getBigDecimal(4);
    Instant due = place.read("due", seconds, Columns::instant);
    return new TxHead(
        tx,
        row.getInt(2),
        place.read("status", row.getInt(3), Columns::status),
        row.getLong(5) == 0 ? due : null,
        row.getLong(6),
        place.read("started", row.getBigDecimal(7), Columns::instant),
        place.read("changed", row.getBigDecimal(8), Columns::instant));
  }

  /**
   * The first {@code limit} heads that can be read; fewer only where there are no more.
   *
   * @param limitIndex the statement's parameter that bounds its rows
   */
  List<TxHead> readable(PreparedStatement select, int limitIndex, int limit) throws SQLException {
    for (long ask = limit; ; ) {
      int rows = 0;
      List<TxHead> heads = new ArrayList<>();
      select.setInt(limitIndex, (int) Math.min(Integer.MAX_VALUE, ask));
      try (ResultSet row = select.executeQuery()) {
        for (; heads.size() < limit && row.next(); rows++) {
          try {
            heads.add(head(row));
          } catch (LogDamagedException damaged) {
            report(row.getString(1), damaged);
          }
        }
      }
      if (heads.size() == limit || rows < ask) {
        return List.copyOf(heads);
      }
      // All that was asked for was read: ask for as many more as were left out.
      ask += limit - heads.size();
    }
  }

  private void report(String tx, LogDamagedException damaged) {
    if (reported.size() < REPORTED_MAX ? reported.add(tx) : !reported.contains(tx)) {
      LOG.error("transaction is damaged and left out: {}", damaged.getMessage());
    }
  }
}
