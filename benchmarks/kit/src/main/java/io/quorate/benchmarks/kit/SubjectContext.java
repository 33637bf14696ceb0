package io.quorate.benchmarks.kit;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a subject gets to work with.
 *
 * @param directory empty, its own, on the file system that is measured; removed after the run
 * @param database empty, its own; {@code null} when the benchmark gives the subject none
 * @param concurrencyMax how many {@link Subject#run} calls there are at most at a time
 * @param options the subject's variant, as the benchmark names it
 */
public record SubjectContext(
    Path directory, @Nullable Database database, int concurrencyMax, Map<String, String> options) {

  public SubjectContext {
    requireNonNull(directory, "directory");
    if (concurrencyMax < 1) {
      throw new IllegalArgumentException("concurrencyMax: " + concurrencyMax + " (expected: >= 1)");
    }
    options = Map.copyOf(options);
  }

  /**
   * The database, for a subject that cannot do without.
   *
   * @throws IllegalStateException when there is none
   */
  public Database requireDatabase() {
    if (database == null) {
      throw new IllegalStateException("database: none (expected: the benchmark to provide one)");
    }
    return database;
  }

  /**
   * A pool of as many connections as there are concurrent calls, at least {@value
   * Database#CONNECTIONS_MIN} and at most {@value Database#CONNECTIONS_MAX}. Every subject that
   * talks to a database uses it, so that none wins by its pool. The caller closes it.
   */
  public ConnectionPool connectionPool() {
    return ConnectionPool.open(
        requireDatabase(),
        Math.clamp(concurrencyMax, Database.CONNECTIONS_MIN, Database.CONNECTIONS_MAX));
  }
}
