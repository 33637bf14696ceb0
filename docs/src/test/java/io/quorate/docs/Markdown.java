package io.quorate.docs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * As much of a Markdown file as the rules need.
 *
 * @param name the file, relative to the root
 * @param blocks its fenced code blocks, in order
 * @param links its inline links and images, in order, those inside code left out
 * @param anchors the fragments its headings can be linked by
 */
record Markdown(String name, List<Block> blocks, List<Link> links, Set<String> anchors) {
  private static final Pattern FENCE = Pattern.compile("( *)(`{3,}|~{3,})\\s*(\\S*).*");
  private static final Pattern MARKER = Pattern.compile("\\s*<!--\\s*(.*?)\\s*-->\\s*");
  private static final Pattern LINK =
      Pattern.compile("!?\\[[^\\]]*\\]\\(\\s*<?([^)\\s>]+)>?[^)]*\\)");
  private static final Pattern HEADING = Pattern.compile("#{1,6}\\s+(.*?)\\s*#*\\s*");
  private static final Pattern ANCHOR = Pattern.compile("<a\\s+(?:id|name)=\"([^\"]+)\"");

  /**
   * A fenced code block.
   *
   * @param line of the opening fence
   * @param language the word after the fence; empty where there is none
   * @param marker the text of an HTML comment on the line before; empty where there is none
   * @param text the lines between the fences
   */
  record Block(long line, String language, String marker, String text) {}

  /** A link's target as written, and its line. */
  record Link(long line, String target) {}

  /** Reads a file's text. */
  static Markdown parse(String name, String text) {
    List<Block> blocks = new ArrayList<>();
    List<Link> links = new ArrayList<>();
    Set<String> anchors = new HashSet<>();
    Map<String, Integer> slugs = new HashMap<>();
    List<String> lines = text.lines().toList();
    String marker = "";
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      Matcher fence = FENCE.matcher(line);
      if (fence.matches()) {
        int end = closing(lines, i + 1, fence.group(2));
        String code = String.join("\n", lines.subList(i + 1, end));
        blocks.add(new Block(i + 1, fence.group(3), marker, code.stripIndent()));
        i = end;
        marker = "";
        continue;
      }
      Matcher comment = MARKER.matcher(line);
      marker = comment.matches() ? comment.group(1) : line.isBlank() ? marker : "";
      Matcher link = LINK.matcher(line.replaceAll("`[^`]*`", "``"));
      while (link.find()) {
        links.add(new Link(i + 1, link.group(1)));
      }
      Matcher heading = HEADING.matcher(line);
      if (heading.matches()) {
        String slug = slug(heading.group(1));
        int before = slugs.merge(slug, 1, Integer::sum) - 1;
        anchors.add(before == 0 ? slug : slug + "-" + before);
      }
      Matcher anchor = ANCHOR.matcher(line);
      while (anchor.find()) {
        anchors.add(anchor.group(1));
      }
    }
    return new Markdown(name, List.copyOf(blocks), List.copyOf(links), Set.copyOf(anchors));
  }

  private static int closing(List<String> lines, int from, String fence) {
    for (int i = from; i < lines.size(); i++) {
      if (lines.get(i).strip().startsWith(fence)) {
        return i;
      }
    }
    return lines.size();
  }

  /** The fragment under which GitHub shows a heading: lower case, no punctuation, hyphens. */
  private static String slug(String heading) {
    return heading
        .replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1")
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N}\\s_-]", "")
        .replaceAll("\\s", "-");
  }
}
