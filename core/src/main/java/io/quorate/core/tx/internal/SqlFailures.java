package io.quorate.core.tx.internal;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an {@link SQLException} says about the world, for PostgreSQL, H2 and MariaDB. */
public enum SqlFailures {
  /** The connection is gone, or none was to be had. The work was not done, unless it was COMMIT. */
  CONNECTION,
  /** Another transaction was in the way (deadlock, serialization): try again at once. */
  CONTENTION,
  /** Another transaction holds a row and did not let go in time. */
  BLOCKED,
  /** A key exists already. */
  DUPLICATE,
  /** Anything else: trying again will not help by itself. */
  OTHER;

  /** H2: connection broken, database closed, object closed, called at shutdown. */
  private static final Set<Integer> H2_CONNECTION = Set.of(90067, 90098, 90007, 90121);

  /** Row changed by another transaction: H2; deadlock and changed since the snapshot: MariaDB. */
  private static final Set<Integer> CONTENTION_CODES = Set.of(90131, 1213, 1020);

  /** Lock timeout: H2, MariaDB. */
  private static final Set<Integer> BLOCKED_CODES = Set.of(50200, 1205);

  private static final int MARIADB_DUPLICATE = 1062;

  /** What {@code failure} says; the first definite answer among it, its causes and successors. */
  public static SqlFailures of(SQLException failure) {
    for (Throwable each : failure) {
      for (int depth = 0; each != null && depth < 8; depth++, each = each.getCause()) {
        if (each instanceof SQLException sql && ofOne(sql) != OTHER) {
          return ofOne(sql);
        }
      }
    }
    return OTHER;
  }

  /**
   * Whether an exception thrown by COMMIT proves that the transaction was rolled back: the server
   * answered, and its answer was no. Anything else leaves it unknown.
   */
  public static boolean commitWasRefused(SQLException failure) {
    @Nullable String state = failure.getSQLState();
    if (state == null || state.equals("40003")) { // 40003: statement completion unknown
      return false;
    }
    return state.startsWith("40") || state.startsWith("23") || state.equals("25P02");
  }

  private static SqlFailures ofOne(SQLException failure) {
    String state = failure.getSQLState() == null ? "" : failure.getSQLState();
    int code = failure.getErrorCode();
    if (BLOCKED_CODES.contains(code) || state.equals("55P03")) {
      return BLOCKED;
    }
    if (CONTENTION_CODES.contains(code) || state.startsWith("40")) {
      return CONTENTION;
    }
    if (state.equals("23505") || code == MARIADB_DUPLICATE) {
      return DUPLICATE;
    }
    boolean gone =
        state.startsWith("08")
            || state.startsWith("57P0")
            || state.startsWith("53")
            || H2_CONNECTION.contains(code)
            || failure instanceof SQLTransientConnectionException
            || failure instanceof SQLNonTransientConnectionException
            || failure instanceof SQLRecoverableException;
    return gone ? CONNECTION : OTHER;
  }
}
