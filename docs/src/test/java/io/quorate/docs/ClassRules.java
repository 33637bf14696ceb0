package io.quorate.docs;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** Rules on compiled classes: who depends on whom, and who calls what. */
final class ClassRules {
  private static final String HOUSE = "io.quorate.";

  /** What reads the wall clock: each call is {@code class.method}. */
  private static final Set<String> WALL_CLOCK =
      Set.of(
          "java.lang.System.currentTimeMillis",
          "java.time.Instant.now",
          "java.time.LocalDate.now",
          "java.time.LocalTime.now",
          "java.time.LocalDateTime.now",
          "java.time.OffsetDateTime.now",
          "java.time.ZonedDateTime.now",
          "java.time.InstantSource.system",
          "java.time.Clock.systemUTC",
          "java.time.Clock.systemDefaultZone",
          "java.time.Clock.system",
          "java.util.Date.<init>");

  /** What a pure protocol may not see. */
  private static final Set<String> IMPURE =
      Set.of(
          "java.io.",
          "java.net.",
          "java.nio.channels.",
          "java.nio.file.",
          "java.sql.",
          "javax.sql.",
          "java.util.concurrent.",
          "java.util.Random",
          "java.lang.Thread",
          "org.slf4j.",
          "io.opentelemetry.");

  private ClassRules() {}

  /** Modules depend on each other only as the table of arrows says. */
  static List<Finding> arrows(JavaClasses classes, Map<String, Set<String>> arrows) {
    return dependencies(
        classes,
        (from, to) -> {
          String target = module(to);
          return !target.isEmpty()
              && !target.equals(module(from))
              && !House.APPLICATIONS.contains(module(from))
              && !arrows.getOrDefault(module(from), Set.of()).contains(target);
        },
        "against the arrows between modules");
  }

  /** Every class lies in the package of a module that the table names. */
  static List<Finding> homes(JavaClasses classes, Map<String, Set<String>> arrows) {
    return classes.stream()
        .filter(c -> !arrows.containsKey(module(c)) && !House.APPLICATIONS.contains(module(c)))
        .map(c -> new Finding(c.getName(), 0, "in no module's package (expected: a row in House)"))
        .toList();
  }

  /** What is internal to a module is used by that module alone. */
  static List<Finding> internals(JavaClasses classes) {
    return dependencies(
        classes,
        (from, to) ->
            to.getPackageName().matches("io\\.quorate\\..*\\binternal\\b.*")
                && !module(from).equals(module(to)),
        "internal to another module");
  }

  /** Foreign libraries are those the table allows. */
  static List<Finding> libraries(JavaClasses classes, Map<String, Set<String>> allowed) {
    return dependencies(
        classes,
        (from, to) -> {
          Set<String> prefixes = allowedFor(from.getPackageName(), allowed);
          return !prefixes.isEmpty()
              && !to.isPrimitive()
              && !to.getName().startsWith(HOUSE)
              && prefixes.stream().noneMatch(to.getName()::startsWith);
        },
        "a library this module may not use");
  }

  private static Set<String> allowedFor(String packageName, Map<String, Set<String>> allowed) {
    String home = packageName;
    while (!home.isEmpty() && !allowed.containsKey(home)) {
      home = home.substring(0, Math.max(0, home.lastIndexOf('.')));
    }
    return allowed.getOrDefault(home, Set.of());
  }

  /** Protocols are pure: no IO, thread, random or log in the packages that hold them. */
  static List<Finding> purity(JavaClasses classes, Predicate<JavaClass> protocol) {
    return dependencies(
        classes,
        (from, to) -> protocol.test(from) && IMPURE.stream().anyMatch(to.getName()::startsWith),
        "not for a pure protocol");
  }

  /** Nobody reads a wall clock. */
  static List<Finding> wallClock(JavaClasses classes, Predicate<JavaClass> held) {
    return calls(
        classes,
        held,
        (owner, name) -> WALL_CLOCK.contains(owner + "." + name),
        "reads the wall clock (expected: Ticker, or an injected InstantSource)");
  }

  /** Only the system's ticker reads the monotonic clock. */
  static List<Finding> nanoTime(JavaClasses classes, Predicate<JavaClass> held) {
    return calls(
        classes,
        held.and(c -> !c.getPackageName().equals("io.quorate.core.time")),
        (owner, name) -> owner.equals("java.lang.System") && name.equals("nanoTime"),
        "reads the clock itself (expected: Ticker)");
  }

  /** Nobody waits by sleeping. */
  static List<Finding> sleeps(JavaClasses classes) {
    return calls(
        classes,
        c -> true,
        (owner, name) ->
            name.equals("sleep")
                && (owner.equals("java.lang.Thread")
                    || owner.equals("java.util.concurrent.TimeUnit")),
        "sleeps (expected: simulated time, or a wait for the event itself)");
  }

  /** The module a class belongs to; empty where it is not ours. */
  static String module(JavaClass type) {
    String name = type.getBaseComponentType().getPackageName();
    if (!name.startsWith(HOUSE)) {
      return "";
    }
    String rest = name.substring(HOUSE.length());
    int dot = rest.indexOf('.');
    return dot < 0 ? rest : rest.substring(0, dot);
  }

  private static List<Finding> dependencies(
      JavaClasses classes, BiPredicate<JavaClass, JavaClass> forbidden, String why) {
    List<Finding> findings = new ArrayList<>();
    for (JavaClass from : classes) {
      for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
        JavaClass to = dependency.getTargetClass().getBaseComponentType();
        if (forbidden.test(from, to)) {
          findings.add(new Finding(outermost(from), 0, "uses " + to.getName() + ", " + why));
        }
      }
    }
    return findings.stream().distinct().toList();
  }

  private static List<Finding> calls(
      JavaClasses classes,
      Predicate<JavaClass> held,
      BiPredicate<String, String> forbidden,
      String why) {
    List<Finding> findings = new ArrayList<>();
    for (JavaClass from : classes) {
      if (!held.test(from)) {
        continue;
      }
      for (JavaAccess<?> access : from.getAccessesFromSelf()) {
        if (forbidden.test(access.getTargetOwner().getName(), access.getName())) {
          findings.add(new Finding(outermost(from), access.getLineNumber(), why));
        }
      }
    }
    return findings;
  }

  private static String outermost(JavaClass type) {
    int dollar = type.getName().indexOf('$');
    return dollar < 0 ? type.getName() : type.getName().substring(0, dollar);
  }
}
