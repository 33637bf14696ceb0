package io.quorate.benchmarks.run;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * A subject by name: what the parent knows of a class it cannot load.
 *
 * @param name for tables and results; unique within its benchmark
 * @param className of a {@code Subject}
 * @param options its variant
 * @param home whose class path it runs with
 * @param database whether it gets a PostgreSQL database
 */
public record SubjectSpec(
    String name, String className, Map<String, String> options, Home home, boolean database) {

  /** Where a subject's class path comes from. */
  public sealed interface Home {}

  /** This module's own class path. */
  public record Ours() implements Home {}

  /**
   * The class path of a peer's own module.
   *
   * @param module the folder {@code peer-MODULE}
   */
  public record Peer(String module) implements Home {}

  public SubjectSpec {
    requireNonNull(name, "name");
    requireNonNull(className, "className");
    options = Map.copyOf(options);
    requireNonNull(home, "home");
  }

  /** A subject of this module that works on files only. */
  public static SubjectSpec ours(String name, Class<?> subject, Map<String, String> options) {
    return new SubjectSpec(name, subject.getName(), options, new Ours(), false);
  }

  /** A subject of another module, loaded by its own process only. */
  public static SubjectSpec peer(String name, String module, String className) {
    return peer(name, module, className, Map.of());
  }

  /** A variant of a subject of another module. */
  public static SubjectSpec peer(
      String name, String module, String className, Map<String, String> options) {
    return new SubjectSpec(name, className, options, new Peer(module), false);
  }

  /** The same subject with a database of its own. */
  public SubjectSpec onPostgres() {
    return new SubjectSpec(name, className, options, home, true);
  }
}
