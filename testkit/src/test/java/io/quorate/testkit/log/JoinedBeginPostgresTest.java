package io.quorate.testkit.log;

/** Joined begins and purging on PostgreSQL. */
final class JoinedBeginPostgresTest extends JoinedBeginScenarios {
  @Override
  JdbcHome newHome() {
    return homeOn(JdbcHome.postgres());
  }
}
