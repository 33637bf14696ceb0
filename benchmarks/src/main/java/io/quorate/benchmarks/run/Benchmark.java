package io.quorate.benchmarks.run;

import java.util.List;

/**
 * Subjects that do the same work, measured in one run.
 *
 * @param name names the command and the result's file
 * @param title one line for people
 * @param unit what one unit of work is called, in the plural
 * @param subjects who takes part
 * @param comparisons which throughputs are divided by which
 * @param full how figures to publish are taken
 * @param quick how a look is taken
 * @param notEqual one sentence for each thing that is not the same for all subjects
 */
public record Benchmark(
    String name,
    String title,
    String unit,
    List<SubjectSpec> subjects,
    List<Comparison> comparisons,
    Schedule full,
    Schedule quick,
    List<String> notEqual) {

  /**
   * Two subjects whose throughputs are divided, round by round.
   *
   * @param subject the dividend's name
   * @param baseline the divisor's name
   */
  public record Comparison(String subject, String baseline) {}

  public Benchmark {
    subjects = List.copyOf(subjects);
    comparisons = List.copyOf(comparisons);
    notEqual = List.copyOf(notEqual);
    List<String> names = subjects.stream().map(SubjectSpec::name).toList();
    if (names.stream().distinct().count() != names.size()) {
      throw new IllegalArgumentException("subjects: " + names + " (expected: unique names)");
    }
    for (Comparison comparison : comparisons) {
      if (!names.contains(comparison.subject) || !names.contains(comparison.baseline)) {
        throw new IllegalArgumentException(
            "comparisons: " + comparison + " (expected: two of " + names + ")");
      }
    }
  }

  /** A benchmark whose load are callers that wait. */
  public Benchmark(
      String name,
      String title,
      String unit,
      List<SubjectSpec> subjects,
      List<Comparison> comparisons,
      List<String> notEqual) {
    this(name, title, unit, subjects, comparisons, Schedule.FULL, Schedule.QUICK, notEqual);
  }

  /** How it is carried out. */
  public Schedule schedule(boolean look) {
    return look ? quick : full;
  }

  /** One unit of work, in the singular. */
  public String unitSingular() {
    return unit.endsWith("s") ? unit.substring(0, unit.length() - 1) : unit;
  }
}
