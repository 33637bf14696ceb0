package io.quorate.docs;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The code and the links of the READMEs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ReadmeSnippetTest {
  private static final String TRANSLATION = "README.zh-CN.md";

  private final Map<String, Markdown> pages =
      TextRules.all().stream()
          .filter(text -> text.name().endsWith(".md"))
          .map(text -> Markdown.parse(text.name(), text.text()))
          .collect(Collectors.toMap(Markdown::name, Function.identity()));

  private static Map<String, String> regions() {
    List<Source> sources = new ArrayList<>(Source.of(House.modules(), "src/main/java"));
    sources.addAll(Source.of(House.modules(), "src/test/java"));
    return SnippetRules.regions(sources);
  }

  @Test
  void java_in_readmes_compiles(@TempDir Path out) {
    Map<String, String> regions = regions();
    List<Finding> findings = new ArrayList<>();
    pages.forEach(
        (name, page) -> {
          if (name.endsWith("README.md") || name.endsWith(TRANSLATION)) {
            findings.addAll(SnippetRules.snippets(page, regions, out));
          }
        });
    assertThat(findings).isEmpty();
  }

  @Test
  void a_snippet_that_does_not_compile_is_found(@TempDir Path out) {
    Markdown page =
        Markdown.parse(
            "a.md",
            """
            <!-- compile -->
            ```java
            import io.quorate.core.retry.Retry;
            Retry retry = Retry.forever();
            ```
            <!-- compile -->
            ```java
            int i = "no";
            ```
            <!-- compile -->
            ```java
            record Whole(io.quorate.core.retry.Retry retry) {}
            ```
            <!-- not compiled: a sketch -->
            ```java
            ...
            ```
            ```java
            unmarked();
            ```
            """);
    assertThat(SnippetRules.snippets(page, Map.of(), out))
        .extracting(Finding::line)
        .containsExactly(7L, 18L);
  }

  @Test
  void a_snippet_that_drifted_from_its_region_is_found(@TempDir Path out) {
    Source source =
        Source.of(
            "x/A.java",
            """
            class A {
              // #region one
              int i;

              int j;
              // #endregion
            }
            """);
    Map<String, String> regions = SnippetRules.regions(List.of(source));
    String page = "<!-- snippet:one -->\n```java\nint i;\n\nint j;\n```\n";
    assertThat(snippets(page, regions, out)).isEmpty();
    assertThat(snippets(page.replace("int j", "int k"), regions, out)).hasSize(1);
    assertThat(snippets(page.replace("one", "two"), regions, out)).hasSize(1);
  }

  private static List<Finding> snippets(String page, Map<String, String> regions, Path out) {
    return SnippetRules.snippets(Markdown.parse("a.md", page), regions, out);
  }

  @Test
  void translations_show_the_same_code() {
    List<Finding> findings = new ArrayList<>();
    pages.forEach(
        (name, page) -> {
          if (name.endsWith(TRANSLATION)) {
            String english = name.replace(TRANSLATION, "README.md");
            Markdown original = requireNonNull(pages.get(english), name + " translates nothing");
            findings.addAll(SnippetRules.twins(original, page));
          }
        });
    assertThat(findings).isEmpty();
    assertThat(pages).containsKeys("README.md", TRANSLATION);
  }

  @Test
  void a_translation_with_other_code_is_found() {
    Markdown original = Markdown.parse("README.md", "Text\n```sh\n./a\n```\n");
    assertThat(SnippetRules.twins(original, Markdown.parse("z", "字\n```sh\n./a\n```\n"))).isEmpty();
    assertThat(SnippetRules.twins(original, Markdown.parse("z", "字\n```sh\n./b\n```\n")))
        .hasSize(1);
    assertThat(SnippetRules.twins(original, Markdown.parse("z", "字\n"))).hasSize(1);
  }

  @Test
  void links_lead_somewhere() {
    List<Finding> findings = new ArrayList<>();
    pages.values().forEach(p -> findings.addAll(SnippetRules.links(p, pages, House.ROOT)));
    assertThat(findings).isEmpty();
  }

  @Test
  void a_dead_link_is_found() {
    Markdown page =
        Markdown.parse(
            "README.md",
            """
            # Two words, `code`
            [file](pom.xml) [here](#two-words-code) [out](https://example.org/x)
            [dead](docs/no-such-file) [outside](../elsewhere) [nowhere](#three)
            `[code](not-a-link)`
            """);
    assertThat(SnippetRules.links(page, Map.of("README.md", page), House.ROOT))
        .extracting(Finding::what)
        .containsExactly(
            "dead link: docs/no-such-file", "dead link: ../elsewhere", "no such heading: #three");
  }
}
