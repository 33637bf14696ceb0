package io.quorate.testkit.containers;

import io.quorate.testkit.barrier.MariaDbBarrier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.testcontainers.mariadb.MariaDBContainer;

/** The barrier on the MariaDB of an image. */
@NeedsDocker
final class MariaDbImageBarrierTest extends MariaDbBarrier {
  private static MariaDBContainer mariaDb;

  @BeforeAll
  static void start() {
    mariaDb = new MariaDBContainer(Images.mariadb());
    // The driver insists on TLS by default, older images have none: they would never seem ready.
    mariaDb.withUrlParam("sslMode", "disable");
    mariaDb.start();
  }

  @AfterAll
  static void stop() {
    if (mariaDb != null) {
      mariaDb.stop();
    }
  }

  @Override
  protected String url() {
    return "%s&user=%s&password=%s"
        .formatted(mariaDb.getJdbcUrl(), mariaDb.getUsername(), mariaDb.getPassword());
  }
}
