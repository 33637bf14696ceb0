package io.quorate.testkit.linearizability;

import static io.quorate.testkit.linearizability.Calls.get;
import static io.quorate.testkit.linearizability.Calls.put;
import static io.quorate.testkit.linearizability.Calls.unknownPut;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.testkit.linearizability.Verdict.Violation;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

final class ViolationPageTest {

  private static Violation violation(List<Operation> operations) {
    return (Violation) Linearizability.of(new Register()).check(new History(operations));
  }

  private static String page(Operation... operations) {
    return ViolationPage.render("a title", violation(List.of(operations)));
  }

  /** The drawing is well-formed by itself, so that nothing in it can end it early. */
  private static Document drawing(String page) throws Exception {
    String svg = page.substring(page.indexOf("<svg"), page.indexOf("</svg>") + "</svg>".length());
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }

  private static List<Element> groups(Document drawing, String kind) {
    List<Element> found = new ArrayList<>();
    NodeList groups = drawing.getElementsByTagName("g");
    for (int i = 0; i < groups.getLength(); i++) {
      Element group = (Element) groups.item(i);
      if (List.of(group.getAttribute("class").split(" ")).contains(kind)) {
        found.add(group);
      }
    }
    return found;
  }

  @Test
  void operations_are_drawn_by_what_became_of_them() throws Exception {
    String page = page(put(1, 1, 0, 10), put(2, 2, 20, 30), unknownPut(4, 2, 5), get(3, 1, 40, 50));
    Document drawing = drawing(page);
    assertThat(groups(drawing, "refused"))
        .singleElement()
        .satisfies(group -> assertThat(group.getTextContent()).contains("client 3: \"x\" get = 1"));
    assertThat(groups(drawing, "placed")).hasSize(2);
    assertThat(groups(drawing, "point"))
        .extracting(Element::getTextContent)
        .containsExactly("1", "2");
    assertThat(page).contains("client 1</text>", "client 3</text>", "(2 of 3 operations)");
  }

  @Test
  void an_unknown_operation_has_no_right_end() throws Exception {
    Document drawing =
        drawing(page(put(1, 1, 0, 10), unknownPut(4, 2, 5), get(3, 2, 40, 50), get(3, 1, 60, 70)));
    assertThat(groups(drawing, "unknown"))
        .singleElement()
        .satisfies(
            group -> {
              assertThat(group.getElementsByTagName("path").getLength()).isEqualTo(1);
              assertThat(group.getElementsByTagName("rect").getLength()).isZero();
            });
  }

  @Test
  void nothing_in_a_history_becomes_markup() throws Exception {
    String evil = "</title></text></svg><script>alert('1')</script>&\"\u0000\u0007\uD800";
    List<Operation> operations = new ArrayList<>();
    operations.add(Calls.on(evil, put(1, evil, 0, 10)));
    operations.add(Calls.on(evil, get(2, evil + "<img src=x onerror=y>", 20, 30)));
    String page = ViolationPage.render(evil, violation(operations));
    assertThat(page).doesNotContain("<script", "<img", "\u0000", "\u0007", "alert('1')");
    assertThat(page).contains("&lt;script&gt;", "&lt;img");
    assertThat(page.split("</svg>", -1)).hasSize(2);
    assertThat(groups(drawing(page), "refused")).hasSize(1);
  }

  @Test
  void the_page_needs_nothing_else_and_follows_the_readers_colours() {
    String page = page(get(1, 1, 0, 10));
    assertThat(page)
        .startsWith("<!DOCTYPE html>")
        .endsWith("</html>\n")
        .contains("prefers-color-scheme: dark")
        .doesNotContain("http", "<script", "<link", "url(", "@import");
  }

  @Test
  void of_a_large_history_the_neighbourhood_is_drawn() throws Exception {
    List<Operation> operations = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      operations.add(put(i % 5, i, 10L * i, 10L * i + 30));
    }
    Operation refused = get(7, 12, 15_000, 15_020);
    operations.add(refused);
    String page = ViolationPage.render("large", violation(operations));
    Document drawing = drawing(page);
    int bars = groups(drawing, "placed").size() + groups(drawing, "open").size() + 1;
    assertThat(bars).isEqualTo(ViolationPage.BARS_MAX);
    assertThat(groups(drawing, "refused"))
        .extracting(Element::getTextContent)
        .anyMatch(text -> text.contains("client 7"));
    assertThat(page)
        .contains("Not drawn: " + (2_001 - ViolationPage.BARS_MAX))
        .hasSizeLessThan(200_000);
  }

  @Test
  void long_values_are_cut() {
    String page = page(put(1, "v".repeat(100_000), 0, 1), get(1, "w".repeat(100_000), 2, 3));
    assertThat(page).hasSizeLessThan(20_000);
  }
}
