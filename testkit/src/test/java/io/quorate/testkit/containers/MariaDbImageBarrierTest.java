package io.quorate.testkit.containers;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quorate.testkit.barrier.MariaDbBarrier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.mariadb.MariaDBContainer;
import org.testcontainers.utility.DockerImageName;

/** The barrier on the MariaDB of an image. */
@Tag("containers")
final class MariaDbImageBarrierTest extends MariaDbBarrier {
  private static MariaDBContainer mariaDb;

  @BeforeAll
  static void start() {
    assumeTrue(
        DockerClientFactory.instance().isDockerAvailable(),
        "no Docker daemon answers: the barrier is not tried on a MariaDB image");
    String image = System.getProperty("quorate.image.mariadb", "mariadb:11.8");
    mariaDb =
        new MariaDBContainer(DockerImageName.parse(image).asCompatibleSubstituteFor("mariadb"));
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
    return mariaDb.getJdbcUrl()
        + "?user="
        + mariaDb.getUsername()
        + "&password="
        + mariaDb.getPassword()
        + "&sslMode=disable"; // the driver insists on TLS by default, older images have none
  }
}
