package io.quorate.testkit.containers;

import org.testcontainers.utility.DockerImageName;

/**
 * The images of the container tests: the public ones, or what the system properties {@code
 * quorate.image.etcd}, {@code quorate.image.postgres} and {@code quorate.image.mariadb} name.
 */
final class Images {
  private Images() {}

  static DockerImageName etcd() {
    return named("etcd", "quay.io/coreos/etcd:v3.6.5");
  }

  static DockerImageName postgres() {
    return named("postgres", "postgres:18");
  }

  static DockerImageName mariadb() {
    return named("mariadb", "mariadb:11.8");
  }

  private static DockerImageName named(String server, String publicImage) {
    DockerImageName image =
        DockerImageName.parse(System.getProperty("quorate.image." + server, publicImage));
    return image.asCompatibleSubstituteFor(server);
  }
}
