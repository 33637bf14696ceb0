package io.quorate.core.tx.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A schema shipped as a resource: statements separated by {@code ;} at the end of a line, lines
 * starting with {@code --} are comments, <code>${name}</code> is replaced.
 */
public final class SqlScript {

  /** What may stand for a table name or the beginning of one: safe to paste into SQL. */
  private static final Pattern IDENTIFIER = Pattern.compile("[a-z][a-z0-9_]{0,39}");

  private static final int CLASHES_MAX = 20;

  /**
   * The name is taken after all, each by way of another catalog: a table or its index (PostgreSQL,
   * H2 with SQL-standard code), the row type that comes with a table (PostgreSQL).
   */
  private static final Set<String> NAME_TAKEN = Set.of("42P07", "42S01", "42710");

  private final List<String> statements = new ArrayList<>();

  private SqlScript() {}

  /**
   * Reads the resource {@code name} beside {@code home}.
   *
   * @param values what to put for each <code>${key}</code>
   */
  public static SqlScript of(Class<?> home, String name, Map<String, String> values) {
    SqlScript script = new SqlScript();
    StringBuilder statement = new StringBuilder();
    for (String line : text(home, name).split("\n")) {
      if (line.startsWith("--") || line.isBlank()) {
        continue;
      }
      statement.append(line).append('\n');
      if (line.stripTrailing().endsWith(";")) {
        String sql = statement.toString().strip();
        sql = sql.substring(0, sql.length() - 1);
        for (Map.Entry<String, String> value : values.entrySet()) {
          sql = sql.replace("${" + value.getKey() + "}", value.getValue());
        }
        script.statements.add(sql);
        statement.setLength(0);
      }
    }
    return script;
  }

  /**
   * Checks that a name is a plain lower-case identifier of at most 40 characters.
   *
   * @return {@code value}
   */
  public static String requireIdentifier(String field, String value) {
    if (!IDENTIFIER.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "%s: \"%s\" (expected: a lower-case letter, then up to 39 of a-z, 0-9 and _)"
              .formatted(field, value));
    }
    return value;
  }

  /**
   * Runs all statements. Two processes may do so at once: a clash over the same new table is tried
   * again.
   */
  public void run(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        run(connection, statement, sql);
      }
    }
  }

  private static void run(Connection connection, Statement statement, String sql)
      throws SQLException {
    for (int attempt = 1; ; attempt++) {
      try {
        statement.execute(sql);
        return;
      } catch (SQLException clash) {
        // "if not exists" does not cover another session that creates the same name right now.
        if (attempt == CLASHES_MAX || !connection.getAutoCommit() || !isClash(clash)) {
          throw clash;
        }
      }
    }
  }

  private static boolean isClash(SQLException failure) {
    String state = failure.getSQLState() == null ? "" : failure.getSQLState();
    SqlFailures kind = SqlFailures.of(failure);
    return kind == SqlFailures.DUPLICATE
        || kind == SqlFailures.CONTENTION
        || kind == SqlFailures.BLOCKED
        || NAME_TAKEN.contains(state);
  }

  private static String text(Class<?> home, String name) {
    try (InputStream in = home.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("resource " + name + " is not beside " + home.getName());
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
