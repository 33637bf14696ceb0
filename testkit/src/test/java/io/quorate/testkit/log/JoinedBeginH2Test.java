package io.quorate.testkit.log;

/** Joined begins and purging on H2. */
final class JoinedBeginH2Test extends JoinedBeginScenarios {
  @Override
  JdbcHome newHome() {
    return homeOn(
        JdbcHome.h2("jdbc:h2:mem:" + PostgresServer.uniqueName("joined") + ";DB_CLOSE_DELAY=-1"));
  }
}
