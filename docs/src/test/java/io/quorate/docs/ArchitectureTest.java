package io.quorate.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The arrows between modules, and what protocols may touch, in the classes the build made. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ArchitectureTest {
  private static final String MAIN = "target/classes";
  private static final String TESTS = "target/test-classes";

  private final JavaClasses main = imported(House.modules(), MAIN);
  private final JavaClasses published = imported(House.published(), MAIN);
  private final JavaClasses tests = imported(House.modules(), TESTS);

  /** What takes its time from its caller: a protocol, a log, a coordinator. */
  private static final Predicate<JavaClass> TIMELESS =
      in(
          "io.quorate.core.",
          "io.quorate.raft.",
          "io.quorate.saga",
          "io.quorate.tcc",
          "io.quorate.twopc");

  /** A coordinator's face is all of its module that runs something. */
  private static final Predicate<JavaClass> FACE = in("io.quorate.saga.SagaCoordinator");

  private static final Predicate<JavaClass> PROTOCOL =
      in(
              "io.quorate.core.tx.machine",
              "io.quorate.raft.core.",
              "io.quorate.raft.log.",
              "io.quorate.raft.membership.",
              "io.quorate.raft.progress.",
              "io.quorate.raft.quorum.",
              "io.quorate.saga.")
          .and(FACE.negate());

  private static Predicate<JavaClass> in(String... prefixes) {
    return type -> {
      for (String prefix : prefixes) {
        if (type.getName().startsWith(prefix)) {
          return true;
        }
      }
      return false;
    };
  }

  private static JavaClasses imported(List<String> modules, String folder) {
    List<Path> paths =
        modules.stream()
            .map(module -> House.ROOT.resolve(module).resolve(folder))
            .filter(Files::isDirectory)
            .toList();
    return new ClassFileImporter().importPaths(paths);
  }

  private static void holds(String rule, List<Finding> findings) {
    assertThat(Allowance.apply(rule, findings, Allowance.ALL)).as(rule).isEmpty();
  }

  @Test
  void the_classes_of_the_kernel_are_looked_at() {
    assertThat(published.contain("io.quorate.core.tx.log.TransactionLog")).isTrue();
    assertThat(tests.contain(ArchitectureTest.class)).isTrue();
  }

  @Test
  void arrows_between_modules_go_one_way() {
    holds("arrows", ClassRules.arrows(main, House.ARROWS));
  }

  @Test
  void an_arrow_against_the_grain_is_found(@TempDir Path out) {
    JavaClasses classes =
        Specimen.classes(
            out,
            "package io.quorate.core.x; public class A { io.quorate.saga.B[] b; }",
            "package io.quorate.saga; public class B { io.quorate.core.x.A a; }");
    assertThat(ClassRules.arrows(classes, House.ARROWS))
        .extracting(Finding::where)
        .containsExactly("io.quorate.core.x.A");
  }

  @Test
  void every_class_has_a_home() {
    holds("homes", ClassRules.homes(main, House.ARROWS));
  }

  @Test
  void a_class_without_a_home_is_found(@TempDir Path out) {
    JavaClasses classes = Specimen.classes(out, "package io.quorate.misc; class Stray {}");
    assertThat(ClassRules.homes(classes, House.ARROWS)).hasSize(1);
  }

  @Test
  void internals_stay_inside() {
    holds("internals", ClassRules.internals(main));
  }

  @Test
  void a_use_of_another_modules_internals_is_found(@TempDir Path out) {
    JavaClasses classes =
        Specimen.classes(
            out,
            "package io.quorate.core.internal; public class Hidden {}",
            "package io.quorate.core.tx; class Inside { io.quorate.core.internal.Hidden h; }",
            "package io.quorate.saga; class Outside { io.quorate.core.internal.Hidden h; }");
    assertThat(ClassRules.internals(classes))
        .extracting(Finding::where)
        .containsExactly("io.quorate.saga.Outside");
  }

  @Test
  void libraries_are_the_allowed_ones() {
    holds("libraries", ClassRules.libraries(published, House.LIBRARIES));
  }

  @Test
  void a_library_out_of_place_is_found(@TempDir Path out) {
    JavaClasses classes =
        Specimen.classes(
            out,
            """
            package io.quorate.core.tx;
            class Asserting { void m() { org.assertj.core.api.Assertions.assertThat(1); } }
            """,
            """
            package io.quorate.testkit;
            class Fine { void m() { org.assertj.core.api.Assertions.assertThat(new int[1][1]); } }
            """);
    assertThat(ClassRules.libraries(classes, House.LIBRARIES))
        .extracting(Finding::where)
        .containsOnly("io.quorate.core.tx.Asserting");
  }

  @Test
  void protocols_are_pure() {
    assertThat(main.that(com.tngtech.archunit.base.DescribedPredicate.describe("", PROTOCOL)))
        .isNotEmpty();
    holds("purity", ClassRules.purity(main, PROTOCOL));
  }

  @Test
  void an_impure_protocol_is_found(@TempDir Path out) {
    JavaClasses classes =
        Specimen.classes(
            out,
            "package io.quorate.core.tx.machine; class Logs { org.slf4j.Logger log; }",
            "package io.quorate.core.tx; class MayLog { org.slf4j.Logger log; }",
            "package io.quorate.saga; class Waits { java.util.concurrent.Future<?> answer; }",
            "package io.quorate.saga; class SagaCoordinator { java.util.concurrent.Future<?> a; }");
    assertThat(ClassRules.purity(classes, PROTOCOL))
        .extracting(Finding::where)
        .containsExactlyInAnyOrder("io.quorate.core.tx.machine.Logs", "io.quorate.saga.Waits");
  }

  @Test
  void time_comes_from_outside() {
    holds("wall-clock", ClassRules.wallClock(main, TIMELESS));
  }

  @Test
  void durations_are_read_from_a_ticker() {
    holds("nano-time", ClassRules.nanoTime(main, TIMELESS));
  }

  @Test
  void a_look_at_a_clock_is_found(@TempDir Path out) {
    JavaClasses classes =
        Specimen.classes(
            out,
            """
            package io.quorate.core.tx;
            class Looks {
              Object a = java.time.Instant.now();
              java.util.function.Supplier<java.time.Instant> b = java.time.Instant::now;
              java.util.function.LongSupplier c = System::currentTimeMillis;
              Object d = new java.util.Date();
              Object injected(java.time.InstantSource source) { return source.instant(); }
              long e = System.nanoTime();
            }
            """,
            "package io.quorate.demo; class Shop { long now = System.currentTimeMillis(); }");
    assertThat(ClassRules.wallClock(classes, TIMELESS)).hasSize(4);
    assertThat(ClassRules.nanoTime(classes, TIMELESS)).hasSize(1);
  }

  @Test
  void no_test_sleeps() {
    holds("sleeps", ClassRules.sleeps(tests));
  }

  @Test
  void a_sleeping_test_is_found(@TempDir Path out) {
    JavaClasses classes =
        Specimen.classes(
            out,
            """
            package io.quorate.core;
            class Sleepy {
              void a() throws Exception { Thread.sleep(1); }
              void b() throws Exception { Thread.sleep(java.time.Duration.ofMillis(1)); }
              void c() throws Exception { java.util.concurrent.TimeUnit.SECONDS.sleep(1); }
            }
            """);
    assertThat(ClassRules.sleeps(classes)).hasSize(3);
  }
}
