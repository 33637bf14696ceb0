package io.quorate.testkit.log;

import static java.util.Objects.requireNonNull;

import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A data source that can be broken: connections refused or cut, COMMIT intercepted, the database's
 * clock shifted. Everything else is the real driver's.
 */
public final class FaultyDataSource implements DataSource {

  /** What happens at a COMMIT. */
  @FunctionalInterface
  public interface CommitFault {
    /** Calls {@code commit} to let it happen, or not; may throw. */
    void around(Connection real, SqlAction commit) throws SQLException;
  }

  /** Something that talks to the database. */
  @FunctionalInterface
  public interface SqlAction {
    void run() throws SQLException;
  }

  /** Called with each statement before it is prepared. */
  @FunctionalInterface
  public interface StatementFault {
    void before(Connection real, String sql) throws SQLException;
  }

  private final DataSource real;
  private final Supplier<Duration> clockShift;
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private final Set<Connection> kept = ConcurrentHashMap.newKeySet();
  private final AtomicInteger statements = new AtomicInteger();
  private volatile boolean dead;
  private volatile CommitFault commitFault = (connection, commit) -> commit.run();
  private volatile StatementFault statementFault = (connection, sql) -> {};
  private volatile SqlAction connectFault = () -> {};

  public FaultyDataSource(DataSource real, Supplier<Duration> clockShift) {
    this.real = real;
    this.clockShift = clockShift;
  }

  /** Cuts all connections and refuses new ones, for good. */
  public void kill() {
    dead = true;
    cut();
  }

  /** Cuts all connections. */
  public void cut() {
    for (Connection connection : open) {
      try {
        connection.abort(Runnable::run);
        connection.close();
      } catch (SQLException gone) {
        // That is what was wanted.
      }
    }
    open.clear();
  }

  /** Refuses new connections and cuts those that are open, or lets new ones in again. */
  public void refuse(boolean refuse) {
    dead = refuse;
    if (refuse) {
      cut();
    }
  }

  /** From now on nothing closes this connection but whoever has it now. */
  public void keepOpen(Connection connection) {
    open.remove(connection);
    kept.add(connection);
  }

  public void onCommit(CommitFault fault) {
    commitFault = fault;
  }

  public void onStatement(StatementFault fault) {
    statementFault = fault;
  }

  /** Called before each connection that is asked for, on the thread that asks. */
  public void onConnect(SqlAction fault) {
    connectFault = fault;
  }

  /** How many statements were prepared or executed so far, COMMIT included. */
  public int statements() {
    return statements.get();
  }

  @Override
  public Connection getConnection() throws SQLException {
    if (dead) {
      throw new SQLNonTransientConnectionException("the database is away", "08001");
    }
    connectFault.run();
    Connection connection = real.getConnection();
    open.add(connection);
    return proxy(Connection.class, (proxy, method, args) -> onConnection(connection, method, args));
  }

  private @Nullable Object onConnection(Connection connection, Method method, Object[] args)
      throws Throwable {
    if (kept.contains(connection)) {
      // For its owner it is broken.
      throw new SQLNonTransientConnectionException("connection lost", "08006");
    }
    switch (method.getName()) {
      case "close" -> open.remove(connection);
      case "commit" -> {
        statements.incrementAndGet();
        commitFault.around(connection, connection::commit);
        return null;
      }
      case "prepareStatement" -> {
        statements.incrementAndGet();
        statementFault.before(connection, (String) args[0]);
        return invoke(connection, method, args);
      }
      case "createStatement" -> {
        Statement statement = requireNonNull((Statement) invoke(connection, method, args));
        return proxy(Statement.class, (proxy, m, a) -> onStatement(statement, m, a));
      }
      default -> {}
    }
    return invoke(connection, method, args);
  }

  private @Nullable Object onStatement(Statement statement, Method method, Object[] args)
      throws Throwable {
    Object result = invoke(statement, method, args);
    if (method.getName().equals("executeQuery") && ((String) args[0]).contains("_timestamp")) {
      ResultSet rows = requireNonNull((ResultSet) result);
      return proxy(
          ResultSet.class,
          (proxy, m, a) -> {
            Object value = invoke(rows, m, a);
            return value instanceof BigDecimal seconds
                ? seconds.add(BigDecimal.valueOf(clockShift.get().toNanos(), 9))
                : value;
          });
    }
    return result;
  }

  private static @Nullable Object invoke(Object target, Method method, Object[] args)
      throws Throwable {
    try {
      return method.invoke(target, args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            FaultyDataSource.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  @Override
  public Connection getConnection(String user, String password) {
    throw new UnsupportedOperationException();
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(PrintWriter out) {}

  @Override
  public void setLoginTimeout(int seconds) {}

  @Override
  public int getLoginTimeout() {
    return 0;
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getGlobal();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return real.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return real.isWrapperFor(type);
  }
}
