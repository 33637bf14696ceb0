package io.quorate.testkit.barrier;

import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The barrier on a MariaDB that is there already, named by a system property. */
@EnabledIfSystemProperty(
    named = "quorate.mariadb.url",
    matches = ".+",
    disabledReason = "no MariaDB: name one by -Dquorate.mariadb.url=jdbc:mariadb://…")
final class MariaDbBarrierTest extends MariaDbBarrier {
  @Override
  protected String url() {
    return System.getProperty("quorate.mariadb.url");
  }
}
