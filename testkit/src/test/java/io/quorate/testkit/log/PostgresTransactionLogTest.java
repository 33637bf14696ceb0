package io.quorate.testkit.log;

/** The contract on PostgreSQL. */
final class PostgresTransactionLogTest extends TransactionLogContract {
  @Override
  protected LogHome newHome() {
    return new JdbcHome(JdbcHome.postgres());
  }
}
