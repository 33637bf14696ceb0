package io.quorate.core.tx.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.quorate.core.tx.codec.Payloads.Empty;
import io.quorate.core.tx.codec.Payloads.Tree;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 8259, read strictly. {@code Empty} skips every member, so all of the grammar passes it. */
class JsonGrammarTest {
  private final Codec<Empty> skipping = Codec.of(Empty.class);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        " \t\r\n{ } \n",
        "{\"a\":[]}",
        "{\"a\" : [ 1 , -0 , 0.0 , -1.5e+10 , 2E-3, 10 ] }",
        "{\"\":{\"\":null},\"b\":[true,false,null,\"\"]}",
        "{\"a\":\"\\u0041\\\"\\\\\\/\\b\\f\\n\\r\\t\"}",
        "{\"a\":\"\\ud83d\\uDE00 \u007f 漢\"}",
        "{\"a\":{\"x\":1},\"b\":{\"x\":1}}",
      })
  void well_formed_text_is_skipped(String json) {
    assertThat(skipping.decode(json.getBytes(UTF_8))).isEqualTo(new Empty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "}",
        "{}{}",
        "{} x",
        "\ufeff{}",
        "\u00a0{}",
        "[]",
        "{\"a\":1,}",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\" 1}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":[1,]}",
        "{\"a\":[,1]}",
        "{\"a\":[1 2]}",
        "{\"a\":[1}",
        "{\"a\":01}",
        "{\"a\":-}",
        "{\"a\":+1}",
        "{\"a\":.5}",
        "{\"a\":1.}",
        "{\"a\":1e}",
        "{\"a\":1e+}",
        "{\"a\":0x10}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":-Infinity}",
        "{\"a\":\u0661}",
        "{\"a\":True}",
        "{\"a\":nul}",
        "{\"a\":tru}",
      })
  void malformed_text_is_refused(String json) {
    assertRefused(json);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":\"}",
        "{\"a\":\"\\",
        "{\"a\":\"\\x41\"}",
        "{\"a\":\"\\u004\"}",
        "{\"a\":\"\\u00g0\"}",
        "{\"a\":\"\\u\u0661\u0661\u0661\u0661\"}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"\u0000\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\udc00\\ud800\"}",
        "{\"a\":\"\\ud800x\"}",
        "{\"\\ud800\":1}",
        "{\"a\":1,\"a\":1}",
        "{\"a\":1,\"\\u0061\":1}",
        "{\"a\":{\"x\":1,\"x\":1}}",
        "{\"a\":1/*c*/}",
        "{\"a\":1}\u0000",
      })
  void malformed_strings_members_and_ends_are_refused(String json) {
    assertRefused(json);
  }

  private void assertRefused(String json) {
    assertThatExceptionOfType(PayloadException.class)
        .isThrownBy(() -> skipping.decode(json.getBytes(UTF_8)))
        .withMessageContaining("expected");
  }

  @Test
  void malformed_utf8_is_refused() {
    byte[][] malformed = {
      {'{', '}', (byte) 0x80},
      {'"', (byte) 0xC0, (byte) 0xAF, '"'}, // overlong
      {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'}, // an encoded surrogate
      {'"', (byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80, '"'}, // above U+10FFFF
      {'"', (byte) 0xE6, (byte) 0xBC, '"'}, // cut short
    };
    for (byte[] bytes : malformed) {
      assertThatExceptionOfType(PayloadException.class)
          .isThrownBy(() -> Codec.json(String.class).decode(bytes))
          .withMessageContaining("malformed UTF-8");
    }
  }

  @Test
  void errors_say_where_and_what() {
    assertThatExceptionOfType(PayloadException.class)
        .isThrownBy(() -> skipping.decode("{\"a\":[{\"b\":tru}]}".getBytes(UTF_8)))
        .withMessage("Empty[\"a\"][0][\"b\"]: a literal at character 11 (expected: true)");
  }

  @Test
  void nesting_is_bounded_when_read_when_skipped_and_when_written() {
    Codec<Tree> trees = Codec.of(Tree.class);
    // A tree's children are an array of objects: two levels each.
    assertThat(trees.decode(trees.encode(chain(50)))).isEqualTo(chain(50));
    assertThatExceptionOfType(PayloadException.class)
        .isThrownBy(() -> trees.encode(chain(51)))
        .withMessageContaining("nested too deep (expected: <= 100");
    String deepest = "[".repeat(99) + "]".repeat(99);
    assertThat(skipping.decode(("{\"a\":" + deepest + "}").getBytes(UTF_8))).isNotNull();
    String deeper = "[".repeat(100_000);
    assertThatExceptionOfType(PayloadException.class)
        .isThrownBy(() -> skipping.decode(("{\"a\":" + deeper).getBytes(UTF_8)))
        .withMessageContaining("nested too deep");
    assertThatExceptionOfType(PayloadException.class)
        .isThrownBy(() -> skipping.decode(("{\"a\":[" + deepest + "]}").getBytes(UTF_8)))
        .withMessageContaining("nested too deep");
  }

  private static Tree chain(int length) {
    Tree tree = new Tree("leaf", java.util.List.of());
    for (int i = 1; i < length; i++) {
      tree = new Tree("t", java.util.List.of(tree));
    }
    return tree;
  }

  @Test
  void numbers_are_bounded_so_that_none_costs_more_than_it_is_worth() {
    Codec<BigDecimal> decimals = Codec.json(BigDecimal.class);
    String digits = "9".repeat(1000);
    assertThat(decimals.decode(digits.getBytes(UTF_8))).isEqualTo(new BigDecimal(digits));
    assertThatExceptionOfType(PayloadException.class)
        .isThrownBy(() -> decimals.decode((digits + "9").getBytes(UTF_8)))
        .withMessageContaining("1001 characters (expected: <= 1000)");
    assertThatExceptionOfType(PayloadException.class)
        .isThrownBy(() -> decimals.encode(new BigDecimal(digits + "9")))
        .withMessageContaining("1001 characters (expected: <= 1000)");
  }
}
