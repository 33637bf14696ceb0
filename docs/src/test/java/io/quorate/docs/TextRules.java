package io.quorate.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Rules on words, in whatever kind of text file. */
final class TextRules {
  private static final Set<String> SKIPPED =
      Set.of(".git", "target", "node_modules", ".idea", ".vscode");
  private static final Set<String> ENDINGS =
      Set.of(
          "java",
          "md",
          "xml",
          "yml",
          "yaml",
          "properties",
          "sh",
          "sql",
          "proto",
          "txt",
          "json",
          "html",
          "css",
          "js",
          "ts");

  /** Work that was put off. Written so that this file does not contain the words themselves. */
  private static final Map<String, Pattern> UNFINISHED =
      Map.of("work put off", Pattern.compile("\\b(?:TO" + "DO|FIX" + "ME|X" + "XX|HA" + "CK)\\b"));

  /** What belongs to whoever worked here and means nothing to a reader. */
  private static final Map<String, Pattern> WORKPLACE =
      Map.of(
          "a path of somebody's machine",
              Pattern.compile("(?<![\\w.}])/(?:work|home/\\w+|Users/\\w+)/"),
          "a folder outside the checkout", Pattern.compile("\\.\\./shared\\b"),
          "a number in somebody's tracker", Pattern.compile("(?i)\\bissue\\s+#\\d+"),
          "who did the work, and when",
              Pattern.compile(
                  "(?i)\\bin (?:this|the previous|the last|an earlier|another) session\\b"),
          "a private host",
              Pattern.compile("(?i)https?://[\\w.-]+\\.(?:internal|corp|lan|intranet)\\b"));

  private static final Pattern ADR_NAME = Pattern.compile("(\\d{4})-[a-z0-9-]+\\.md");
  private static final Pattern ADR_STATUS =
      Pattern.compile("(?im)^[-*\\s]*status\\W+(?:proposed|accepted|rejected|superseded)\\b");
  private static final Pattern ADR_DATE =
      Pattern.compile("(?im)^[-*\\s]*date\\W+\\d{4}-\\d{2}-\\d{2}\\b");

  private TextRules() {}

  /** A text file: its name relative to the root, and its text. */
  record Text(String name, String text) {}

  /** Every text file of the checkout, build results left out. */
  static List<Text> all() {
    List<Text> texts = new ArrayList<>();
    try {
      Files.walkFileTree(
          House.ROOT,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
              return SKIPPED.contains(dir.getFileName().toString())
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (isText(file)) {
                texts.add(new Text(Source.relative(House.ROOT, file), Specimen.read(file)));
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return texts;
  }

  /** Known endings, and scripts, which have none. */
  private static boolean isText(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    if (name.equals(".flattened-pom.xml")) {
      return false;
    }
    return dot < 0 ? !name.equals("LICENSE") : ENDINGS.contains(name.substring(dot + 1));
  }

  /** Nothing is left for later. */
  static List<Finding> unfinished(List<Text> texts) {
    return matches(texts, UNFINISHED);
  }

  /** The project speaks of the project alone. */
  static List<Finding> workplace(List<Text> texts) {
    return matches(texts, WORKPLACE);
  }

  private static List<Finding> matches(List<Text> texts, Map<String, Pattern> patterns) {
    List<Finding> findings = new ArrayList<>();
    for (Text text : texts) {
      patterns.forEach(
          (what, pattern) -> {
            Matcher matcher = pattern.matcher(text.text());
            while (matcher.find()) {
              long line =
                  1
                      + text.text()
                          .substring(0, matcher.start())
                          .chars()
                          .filter(c -> c == '\n')
                          .count();
              findings.add(new Finding(text.name(), line, what + ": " + matcher.group()));
            }
          });
    }
    return findings;
  }

  /** Decision records have a number of their own, a status, a date and the three headings. */
  static List<Finding> decisions(List<Text> texts) {
    List<Finding> findings = new ArrayList<>();
    Map<String, String> numbers = new HashMap<>();
    for (Text text : texts) {
      if (!text.name().startsWith("docs/adr/") || !text.name().endsWith(".md")) {
        continue;
      }
      String file = text.name().substring("docs/adr/".length());
      if (file.equals("README.md")) {
        continue;
      }
      Matcher name = ADR_NAME.matcher(file);
      if (!name.matches()) {
        findings.add(new Finding(text.name(), 0, "name (expected: NNNN-title.md)"));
        continue;
      }
      String other = numbers.put(name.group(1), file);
      if (other != null) {
        findings.add(new Finding(text.name(), 0, "the number of " + other));
      }
      if (!ADR_STATUS.matcher(text.text()).find()) {
        findings.add(new Finding(text.name(), 0, "no status (expected: Status: accepted)"));
      }
      if (!ADR_DATE.matcher(text.text()).find()) {
        findings.add(new Finding(text.name(), 0, "no date (expected: Date: yyyy-mm-dd)"));
      }
      for (String heading : List.of("Context", "Decision", "Consequences")) {
        if (!Pattern.compile("(?m)^#+ " + heading + "\\s*$").matcher(text.text()).find()) {
          findings.add(new Finding(text.name(), 0, "no heading " + heading));
        }
      }
    }
    return findings;
  }
}
