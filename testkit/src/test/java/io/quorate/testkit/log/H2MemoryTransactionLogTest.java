package io.quorate.testkit.log;

/** The contract on H2 in memory. */
final class H2MemoryTransactionLogTest extends TransactionLogContract {
  @Override
  protected LogHome newHome() {
    return new JdbcHome(
        JdbcHome.h2("jdbc:h2:mem:" + PostgresServer.uniqueName("log") + ";DB_CLOSE_DELAY=-1"));
  }
}
