package io.quorate.demo.database;

import io.quorate.demo.process.Lifeline;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * A process that keeps a PostgreSQL server for as long as its parent lives. The server itself is a
 * daemon and would outlive a parent that is killed; this process does not let it.
 */
public final class PostgresMain {
  private static final Duration START_MAX = Duration.ofSeconds(50);

  private PostgresMain() {}

  /**
   * @param args the folder for the data, which need not exist, and the file for the server's log
   */
  public static void main(String[] args) throws IOException {
    Path data = Path.of(args[0]);
    Redirect log = Redirect.appendTo(Path.of(args[1]).toFile());
    EmbeddedPostgres server =
        EmbeddedPostgres.builder()
            .setDataDirectory(data)
            // The one who started us decides whether the data are kept.
            .setCleanDataDirectory(false)
            // The library turns both off, and a demo of durability without them would be a lie.
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("max_prepared_transactions", "64")
            .setServerConfig("shared_buffers", "64MB")
            .setPGStartupWait(START_MAX)
            .setErrorRedirector(log)
            .setOutputRedirector(log)
            .start();
    String postmaster = Files.readAllLines(data.resolve("postmaster.pid")).getFirst().strip();
    Lifeline.ready(
        System.out,
        Map.of("url", server.getJdbcUrl("postgres", "postgres"), "postmaster", postmaster));
    Lifeline.endWithParent(() -> close(server));
  }

  private static void close(EmbeddedPostgres server) {
    try {
      server.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
