package io.quorate.docs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Rules on code and links in Markdown.
 *
 * <p>A Java block carries one of three comments on the line before it: {@code <!-- snippet:ID -->}
 * says that it stands between {@code // #region ID} and {@code // #endregion} in a source file the
 * build compiles; {@code <!-- compile -->}, that it compiles as it is, as a file or as statements;
 * {@code <!-- not compiled: why -->}, that it is not meant to.
 */
final class SnippetRules {
  private static final Pattern REGION =
      Pattern.compile(
          "(?m)^[ \\t]*// #region ([\\w-]+)[ \\t]*\\R(.*?)^[ \\t]*// #endregion", Pattern.DOTALL);
  private static final Pattern IMPORT = Pattern.compile("(?m)^\\s*import\\s[^;]+;\\s*$");
  private static final Pattern TYPE =
      Pattern.compile(
          "(?m)^(?:(?:public|final|sealed|abstract)\\s+)*(?:class|record|interface|enum)\\s+\\w+");

  private SnippetRules() {}

  /** The regions of all sources, by id, indentation removed. */
  static Map<String, String> regions(List<Source> sources) {
    Map<String, String> regions = new HashMap<>();
    for (Source source : sources) {
      Matcher region = REGION.matcher(source.text());
      while (region.find()) {
        String body = region.group(2).stripTrailing().stripIndent();
        if (regions.put(region.group(1), body) != null) {
          throw new IllegalStateException("#region " + region.group(1) + ": not unique");
        }
      }
    }
    return regions;
  }

  /** Every Java block is compiled, by itself or as part of a source file, or says why not. */
  static List<Finding> snippets(Markdown file, Map<String, String> regions, Path out) {
    List<Finding> findings = new ArrayList<>();
    for (Markdown.Block block : file.blocks()) {
      if (!block.language().equals("java")) {
        continue;
      }
      String marker = block.marker();
      if (marker.startsWith("snippet:")) {
        String id = marker.substring("snippet:".length()).strip();
        String region = regions.get(id);
        if (region == null) {
          findings.add(finding(file, block, "no source has // #region " + id));
        } else if (!region.equals(block.text().stripTrailing())) {
          findings.add(finding(file, block, "differs from // #region " + id + ":\n" + region));
        }
      } else if (marker.equals("compile")) {
        Specimen.errors(out, List.of(asFile(block.text())))
            .forEach(error -> findings.add(finding(file, block, "does not compile: " + error)));
      } else if (!marker.matches("not compiled: .+")) {
        findings.add(
            finding(
                file,
                block,
                "unmarked (expected: <!-- snippet:ID -->, or <!-- compile --> before it)"));
      }
    }
    return findings;
  }

  /** Statements become a method; imports stay on top. */
  private static String asFile(String code) {
    if (TYPE.matcher(code).find()) {
      return code;
    }
    String imports =
        IMPORT
            .matcher(code)
            .results()
            .map(r -> r.group().strip())
            .collect(Collectors.joining("\n"));
    String body = IMPORT.matcher(code).replaceAll("");
    return imports + "\nclass Snippet { void snippet() throws Exception {\n" + body + "\n} }";
  }

  /** A translation shows the same code as the original. */
  static List<Finding> twins(Markdown original, Markdown translation) {
    List<String> expected = codes(original);
    List<String> actual = codes(translation);
    if (expected.size() != actual.size()) {
      return List.of(
          new Finding(
              translation.name(),
              0,
              "%d code blocks (expected: %d, as in %s)"
                  .formatted(actual.size(), expected.size(), original.name())));
    }
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < expected.size(); i++) {
      if (!expected.get(i).equals(actual.get(i))) {
        findings.add(
            finding(translation, translation.blocks().get(i), "differs from " + original.name()));
      }
    }
    return findings;
  }

  private static List<String> codes(Markdown file) {
    return file.blocks().stream().map(b -> b.language() + "\n" + b.text()).toList();
  }

  /** Links inside the checkout lead somewhere. */
  static List<Finding> links(Markdown file, Map<String, Markdown> all, Path root) {
    List<Finding> findings = new ArrayList<>();
    Path page = root.resolve(file.name());
    for (Markdown.Link link : file.links()) {
      if (link.target().matches("[a-z][a-z0-9+.-]*:.*")) {
        continue;
      }
      int hash = link.target().indexOf('#');
      String path = hash < 0 ? link.target() : link.target().substring(0, hash);
      Path target = path.isEmpty() ? page : page.resolveSibling(path).normalize();
      Markdown linked = all.get(Source.relative(root, target));
      if (!target.startsWith(root) || !java.nio.file.Files.exists(target)) {
        findings.add(new Finding(file.name(), link.line(), "dead link: " + link.target()));
      } else if (hash >= 0
          && linked != null
          && !linked.anchors().contains(link.target().substring(hash + 1))) {
        findings.add(new Finding(file.name(), link.line(), "no such heading: " + link.target()));
      }
    }
    return findings;
  }

  private static Finding finding(Markdown file, Markdown.Block block, String what) {
    return new Finding(file.name(), block.line(), what);
  }
}
