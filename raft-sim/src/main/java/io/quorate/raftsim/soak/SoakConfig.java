package io.quorate.raftsim.soak;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What a soak is like.
 *
 * @param nodes how many nodes; 3 or 5
 * @param clients how many clients at once; 1 to 256
 * @param keys how many registers they share; 1 to 1000
 * @param lasts how long there are load and faults; the end comes after that. 1 s to 24 h
 * @param clientTimeout how long a client waits for an answer before it does not know; 100 ms or
 *     more
 * @param seed decides the faults and what clients do, not what comes of it
 * @param directory where nodes have their data and logs, and the history goes; made if it is
 *     missing
 */
public record SoakConfig(
    int nodes,
    int clients,
    int keys,
    Duration lasts,
    Duration clientTimeout,
    long seed,
    Path directory) {
  public SoakConfig {
    if (nodes != 3 && nodes != 5) {
      throw new IllegalArgumentException("nodes: " + nodes + " (expected: 3 or 5)");
    }
    requireWithin("clients", clients, 1, 256);
    requireWithin("keys", keys, 1, 1_000);
    requireWithin("seconds", lasts.toSeconds(), 1, Duration.ofDays(1).toSeconds());
    requireWithin("clientTimeout millis", clientTimeout.toMillis(), 100, Integer.MAX_VALUE);
    requireNonNull(directory, "directory");
  }

  private static void requireWithin(String field, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s: %d (expected: %d..%d)".formatted(field, value, least, most));
    }
  }

  /** Three nodes, 8 clients, 20 keys, a minute, client time-outs of 2 s. */
  public static SoakConfig of(long seed, Path directory) {
    return new SoakConfig(3, 8, 20, Duration.ofMinutes(1), Duration.ofSeconds(2), seed, directory);
  }

  /** The same with another number of {@link #nodes}. */
  public SoakConfig nodes(int number) {
    return new SoakConfig(number, clients, keys, lasts, clientTimeout, seed, directory);
  }

  /** The same with another number of {@link #clients}. */
  public SoakConfig clients(int number) {
    return new SoakConfig(nodes, number, keys, lasts, clientTimeout, seed, directory);
  }

  /** The same for another time. */
  public SoakConfig lasts(Duration time) {
    return new SoakConfig(nodes, clients, keys, time, clientTimeout, seed, directory);
  }
}
