package io.quorate.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.docs.TextRules.Text;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The house style, as far as a machine can see it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TidyTest {
  private final List<Source> published = Source.of(House.published(), "src/main/java");
  private final List<Source> main = Source.of(House.modules(), "src/main/java");
  private final List<Source> tests = Source.of(House.modules(), "src/test/java");
  private final List<Text> texts = TextRules.all();

  private static void holds(String rule, List<Finding> findings) {
    assertThat(Allowance.apply(rule, findings, Allowance.ALL)).as(rule).isEmpty();
  }

  private List<Source> all() {
    List<Source> all = new ArrayList<>(main);
    all.addAll(tests);
    return all;
  }

  private static List<Source> specimen(String text) {
    return List.of(Source.of("x/A.java", text));
  }

  @Test
  void the_whole_house_is_looked_at() {
    assertThat(main)
        .extracting(Source::name)
        .contains("core/src/main/java/io/quorate/core/tx/log/TransactionLog.java");
    assertThat(tests)
        .extracting(Source::name)
        .contains("docs/src/test/java/io/quorate/docs/TidyTest.java");
    assertThat(texts)
        .extracting(Text::name)
        .contains("pom.xml", "quorate", "docs/src/test/java/io/quorate/docs/TidyTest.java");
  }

  @Test
  void files_are_short() {
    holds("long-files", SourceRules.longFiles(all()));
  }

  @Test
  void a_long_file_is_found() {
    String fits = "class A {\n" + "\n".repeat(498) + "}\n";
    assertThat(SourceRules.longFiles(specimen(fits))).isEmpty();
    assertThat(SourceRules.longFiles(specimen("\n" + fits))).hasSize(1);
  }

  @Test
  void methods_are_short() {
    holds("long-methods", SourceRules.longMethods(all()));
  }

  @Test
  void a_long_method_is_found() {
    String fits = "class A {\n void m() {\n" + "  int i;\n".repeat(58) + " }\n}\n";
    assertThat(SourceRules.longMethods(specimen(fits))).isEmpty();
    assertThat(SourceRules.longMethods(specimen(fits.replace("int i;\n }", "int i;\n\n }"))))
        .containsExactly(new Finding("x/A.java", 2, "m: 61 lines (expected: <= 60)"));
  }

  @Test
  void locks_are_not_monitors() {
    holds("monitors", SourceRules.monitors(main));
  }

  @Test
  void a_monitor_is_found() {
    assertThat(
            SourceRules.monitors(
                specimen(
                    """
                    class A {
                      synchronized void m() {}
                      void n() { synchronized (this) {} }
                      // synchronized (this) {}
                      String s = "synchronized (this) {}";
                    }
                    """)))
        .extracting(Finding::line)
        .containsExactlyInAnyOrder(2L, 3L);
  }

  @Test
  void nothing_is_swallowed() {
    holds("silent-catches", SourceRules.silentCatches(all()));
  }

  @Test
  void a_silent_catch_is_found() {
    String silent = "class A { void m() { try { m(); } catch (RuntimeException e) {\n} } }";
    assertThat(SourceRules.silentCatches(specimen(silent))).hasSize(1);
    assertThat(SourceRules.silentCatches(specimen(silent.replace("{\n}", "{ /* why */ }"))))
        .isEmpty();
  }

  @Test
  void libraries_do_not_print() {
    holds("prints", SourceRules.prints(published));
  }

  @Test
  void a_print_is_found() {
    String prints =
        "class A { void m(Exception e) { System.out.println(); e.printStackTrace(); } }";
    assertThat(SourceRules.prints(specimen(prints))).hasSize(2);
    assertThat(
            SourceRules.prints(specimen(prints.replace("void m(Exception e)", "void main(X e)"))))
        .as("a command may print, but not a stack trace")
        .hasSize(1);
  }

  @Test
  void public_classes_are_closed() {
    holds("open-classes", SourceRules.openClasses(published));
  }

  @Test
  void an_open_class_is_found() {
    assertThat(
            SourceRules.openClasses(
                specimen(
                    """
                    public class A {
                      public static final class B { public class Open {} class Hidden {} }
                      public sealed static abstract class C permits D {}
                      static final class D extends C {}
                      public record E() {}
                      public interface F { class OpenToo {} }
                    }
                    """)))
        .extracting(Finding::line)
        .containsExactly(1L, 2L, 6L);
  }

  @Test
  void what_is_public_is_documented() {
    holds("undocumented", SourceRules.undocumented(published));
  }

  @Test
  void a_missing_javadoc_is_found() {
    assertThat(
            SourceRules.undocumented(
                specimen(
                    """
                    /** A. */
                    public final class A implements Runnable {
                      public A() {}
                      public void undocumented() {}
                      /** Documented. */
                      public void documented() {}
                      @Override public void run() {}
                      void hidden() {}
                      public interface Undocumented { void undocumentedToo(); private void p() {} }
                      /** R. */
                      public record R(int i) { public R {} }
                      public static final Object O = new Object() { public void anonymous() {} };
                    }
                    """)))
        .extracting(Finding::line)
        .containsExactlyInAnyOrder(4L, 9L, 9L);
  }

  @Test
  void tests_are_sentences() {
    holds("test-names", SourceRules.testNames(tests));
  }

  @Test
  void a_test_that_is_no_sentence_is_found() {
    assertThat(
            SourceRules.testNames(
                specimen(
                    """
                    class A {
                      @Test void camelCase() {}
                      @org.junit.jupiter.api.Test void word() {}
                      @ParameterizedTest void a_sentence_about_UTF_8() {}
                      @Disabled @Test void switched_off() {}
                    }
                    """)))
        .extracting(Finding::line)
        .containsExactlyInAnyOrder(2L, 3L, 5L);
  }

  @Test
  void packages_are_null_marked() {
    holds("unmarked-packages", SourceRules.unmarkedPackages(main));
  }

  @Test
  void an_unmarked_package_is_found() {
    Source type = Source.of("x/A.java", "package x; class A {}");
    Source bare = Source.of("x/package-info.java", "package x;");
    Source marked = Source.of("x/package-info.java", "@NullMarked package x;");
    assertThat(SourceRules.unmarkedPackages(List.of(type))).hasSize(1);
    assertThat(SourceRules.unmarkedPackages(List.of(type, bare))).hasSize(1);
    assertThat(SourceRules.unmarkedPackages(List.of(type, marked))).isEmpty();
  }

  @Test
  void nothing_is_left_for_later() {
    holds("unfinished", TextRules.unfinished(texts));
  }

  @Test
  void work_put_off_is_found() {
    Text text = new Text("a.md", "Done.\n// TO" + "DO more\n");
    assertThat(TextRules.unfinished(List.of(text)))
        .containsExactly(new Finding("a.md", 2, "work put off: TO" + "DO"));
  }

  @Test
  void the_project_speaks_of_itself() {
    holds("workplace", TextRules.workplace(texts));
  }

  @Test
  void words_of_the_workplace_are_found() {
    for (String words :
        List.of(
            "see ." + "./shared/x",
            "cd /wo" + "rk/main",
            "(/ho" + "me/me/x)",
            "fixes iss" + "ue #12",
            "as found in this sess" + "ion",
            "https://nexus.cor" + "p/maven")) {
      assertThat(TextRules.workplace(List.of(new Text("a.md", words)))).as(words).hasSize(1);
    }
  }

  @Test
  void decisions_are_dated_and_numbered() {
    assertThat(texts.stream().filter(text -> text.name().startsWith("docs/adr/"))).isNotEmpty();
    holds("decisions", TextRules.decisions(texts));
  }

  @Test
  void a_decision_without_its_marks_is_found() {
    String good =
        "# T\n\n"
            + "- Status: accepted\n"
            + "- Date: 2026-11-23\n\n"
            + "## Context\n"
            + "## Decision\n"
            + "## Consequences\n";
    Text first = new Text("docs/adr/0001-a.md", good);
    assertThat(TextRules.decisions(List.of(first))).isEmpty();
    assertThat(
            TextRules.decisions(
                List.of(
                    first,
                    new Text("docs/adr/0001-b.md", good),
                    new Text("docs/adr/0002-c.md", good.replace("- Date", "- When")),
                    new Text("docs/adr/0003-d.md", good.replace("- Status", "- State")),
                    new Text("docs/adr/0004-e.md", good.replace("## Decision", "## Choice")),
                    new Text("docs/adr/Notes.md", good))))
        .extracting(Finding::what)
        .containsExactly(
            "the number of 0001-a.md",
            "no date (expected: Date: yyyy-mm-dd)",
            "no status (expected: Status: accepted)",
            "no heading Decision",
            "name (expected: NNNN-title.md)");
  }

  @Test
  void an_allowance_is_used_or_found() {
    List<Allowance> allowances = List.of(new Allowance("rule", "x/A.java", "because"));
    Finding finding = new Finding("x/A.java", 3, "wrong");
    assertThat(Allowance.apply("rule", List.of(finding), allowances)).isEmpty();
    assertThat(Allowance.apply("other", List.of(finding), allowances)).containsExactly(finding);
    assertThat(Allowance.apply("rule", List.of(), allowances)).hasSize(1);
  }
}
