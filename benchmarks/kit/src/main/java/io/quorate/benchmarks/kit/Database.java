package io.quorate.benchmarks.kit;

import static java.util.Objects.requireNonNull;

/**
 * A PostgreSQL database that trusts local users.
 *
 * @param url for JDBC
 * @param user who connects
 * @param serverPid the server's first process, whose CPU time is measured too
 */
public record Database(String url, String user, long serverPid) {

  /** The least that a subject may open: some keep one for themselves and need another to start. */
  public static final int CONNECTIONS_MIN = 8;

  /** The most connections one subject opens. */
  public static final int CONNECTIONS_MAX = 64;

  public Database {
    requireNonNull(url, "url");
    requireNonNull(user, "user");
    if (serverPid < 1) {
      throw new IllegalArgumentException("serverPid: " + serverPid + " (expected: >= 1)");
    }
  }
}
