package io.quorate.testkit.linearizability;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quorate.testkit.linearizability.Operation.Outcome;
import io.quorate.testkit.seed.SeededRandom;
import io.quorate.testkit.seed.Seeds;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HistoryFormatTest {
  private static final String GOOD =
      "{\"client\":1,\"key\":\"x\",\"op\":\"put\",\"arg\":5,\"ok\":true,\"start\":10,\"end\":20}";

  private static List<Operation> read(byte[] bytes) {
    List<Operation> operations = new ArrayList<>();
    try {
      HistoryReader.read(new ByteArrayInputStream(bytes), new Register(), operations::add);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return operations;
  }

  private static List<Operation> read(String text) {
    return read(text.getBytes(UTF_8));
  }

  @Test
  void fields_come_in_any_order_and_optional_ones_may_be_absent() {
    assertThat(
            read(
                """
                {"client":1,"key":"x","op":"put","arg":5,"expect":null,"result":null,"ok":true,"start":10,"end":20}

                  { "end" : 30 , "start":12,\t"ok":true, "result":false, "expect":5, "arg":6, "op":"cas", "key":"x", "client":2 } \r
                {"client":3,"key":"x","op":"get","ok":null,"start":15,"end":null}
                {"client":3,"key":"x","op":"put","arg":"v","ok":null,"start":-15}
                {"client":4,"key":"x","op":"get","ok":false,"start":15,"end":15}\
                """))
        .containsExactly(
            Calls.put(1, 5, 10, 20),
            Calls.cas(2, 5, 6, false, 12, 30),
            Calls.unknownGet(3, 15),
            Calls.unknownPut(3, "v", -15),
            Calls.of(4, "get", null, null, null, Outcome.FAILED, 15, 15L));
  }

  @Test
  void an_unknown_operation_may_have_an_end_that_bounds_nothing() {
    List<Operation> history =
        read(
            """
            {"client":1,"key":"x","op":"put","arg":1,"ok":null,"start":0,"end":5}
            {"client":2,"key":"x","op":"put","arg":2,"ok":true,"start":6,"end":7}
            {"client":2,"key":"x","op":"get","result":1,"ok":true,"start":8,"end":9}
            """);
    assertThat(Linearizability.of(new Register()).check(new History(history)))
        .isInstanceOf(Verdict.Linearizable.class);
  }

  @Test
  void equal_numbers_are_equal_values() {
    for (String one : List.of("1", "1.0", "10e-1", "0.1E+1", "1.000")) {
      assertThat(read(GOOD.replace(":5", ":" + one)).getFirst().argument()).isEqualTo(1L);
    }
    assertThat(read(GOOD.replace(":5", ":-0.0")).getFirst().argument()).isEqualTo(0L);
    assertThat(read(GOOD.replace(":5", ":9223372036854775807")).getFirst().argument())
        .isEqualTo(Long.MAX_VALUE);
    assertThat(read(GOOD.replace(":5", ":9223372036854775808")).getFirst().argument())
        .isEqualTo(new BigDecimal("9223372036854775808"));
    assertThat(read(GOOD.replace(":5", ":1.50")).getFirst()).isEqualTo(Calls.put(1, 1.5, 10, 20));
    assertThat(read(GOOD.replace(":5", ":\"1\"")).getFirst().argument()).isEqualTo("1");
  }

  @Test
  void escapes_are_read() {
    String line = GOOD.replace(":5", ":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00é😀\"");
    assertThat(read(line).getFirst().argument()).isEqualTo("\"\\/\b\f\n\r\té😀é😀");
  }

  /** What is replaced in a good line, and by what; the field, the value and the rule named. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"client\":1|\"client\":\"1\"|client|\"1\"|a 64-bit integer",
        "\"client\":1|\"client\":1.5|client|1.5|a 64-bit integer",
        "\"client\":1,||client|absent|a 64-bit integer",
        "\"x\"|7|key|7|a string",
        "\"x\"|null|key|null|a string",
        "\"put\"|\"putt\"|op|\"putt\"|put, get or cas",
        "\"put\"|\"get\"|arg|5|null",
        "\"put\"|\"cas\"|result|null|true or false, whether the comparison matched",
        "\"arg\":5|\"arg\":5,\"expect\":4|expect|4|null",
        "true|null,\"result\":3|result|3|null, because ok is null",
        "true|\"true\"|ok|\"true\"|true, false or null",
        "\"ok\":true,||ok|absent|true, false or null",
        "\"start\":10|\"start\":21|start|21|<= end, which is 20",
        "\"start\":10|\"start\":null|start|null|a 64-bit integer",
        "20|null|end|null|a number, unless ok is null",
        "20|9223372036854775808|end|9223372036854775808|a 64-bit integer",
        "\"arg\"|\"args\"|args|not a field|client, key, op, arg, expect, result, ok, start or end",
        "\"arg\":5|\"arg\":5,\"arg\":5|arg|given twice|once",
        "\"arg\":5|\"arg\":[5]|column 40|[5],\\\"ok\\\":true,\\\"start…|a string, a number, true,"
            + " false or null",
        "\"arg\":5|\"arg\":05|column 41|5,\\\"ok\\\":true,\\\"start\\\":…|}",
        "\"arg\":5|\"arg\":1e99999|arg|1e99999|a number of at most 100 characters, with an exponent"
            + " within ±10000",
        "\"arg\":5|\"arg\":\"\\x\"|column 42|x\\\",\\\"ok\\\":true,\\\"start\\\"…|one of"
            + " \"\\/bfnrtu after a backslash",
        "\"arg\":5|\"arg\":\"\\u00g0\"|column 45|g0\\\",\\\"ok\\\":true,\\\"start…|four hexadecimal"
            + " digits",
        "20}|20|column 71|the end of the line|}",
        "20}|20} x|column 73|x|the end of the line: one object a line",
        "{|[|column 1|[\\\"client\\\":1,\\\"key\\\":\\\"x…|{",
      })
  void a_bad_line_is_named_with_field_value_and_rule(
      String from, @Nullable String to, String field, String value, String rule) {
    String bad = GOOD.replace(from, to == null ? "" : to);
    HistoryFormatException thrown =
        catchThrowableOfType(HistoryFormatException.class, () -> read(GOOD + "\n" + bad));
    assertThat(thrown).as(bad).isNotNull();
    assertThat(thrown.line()).isEqualTo(2);
    assertThat(List.of(thrown.field(), thrown.value(), thrown.rule()))
        .containsExactly(field, value, rule);
    assertThat(thrown)
        .hasMessage(
            "line 2: %s: %s (expected: %s)"
                .formatted(thrown.field(), thrown.value(), thrown.rule()));
  }

  @Test
  void bytes_that_are_not_text_are_found_in_their_line() {
    byte[] bytes = (GOOD + "\n" + GOOD + "\n" + GOOD.replace("x", "?")).getBytes(UTF_8);
    bytes[bytes.length - GOOD.length() + GOOD.indexOf('x')] = (byte) 0xFF;
    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(HistoryFormatException.class)
        .hasMessage("line 3: line: bytes that are not UTF-8 (expected: UTF-8)");
  }

  @Test
  void a_line_without_end_is_refused() {
    String endless = GOOD + "\n" + " ".repeat(HistoryReader.LINE_BYTES_MAX + 1);
    assertThatThrownBy(() -> read(endless))
        .hasMessage("line 2: line: more than 1048576 bytes (expected: <= 1048576)");
  }

  @Test
  void a_control_character_in_a_string_must_be_escaped() {
    assertThatThrownBy(() -> read(GOOD.replace("x", "a\tb")))
        .isInstanceOf(HistoryFormatException.class)
        .hasMessageContaining("no control character in a string");
  }

  @Test
  void what_is_written_is_read_back_equal(@TempDir Path dir) {
    Seeds.check(
        100,
        random -> {
          List<Operation> operations =
              new ArrayList<>(
                  new Executions(random, 4, 3, 0.2).run(20, List.of("a", randomText(random))));
          operations.add(Calls.put(1, randomText(random), 0, Long.MAX_VALUE));
          operations.add(Calls.put(1, random.chance(0.5), Long.MIN_VALUE, 0));
          operations.add(Calls.put(1, new BigDecimal("-1.25e-30"), 0, 0));
          operations.add(Calls.put(1, 1e300, 0, 0));
          History history = new History(operations);
          Path file = dir.resolve("history.jsonl");
          HistoryWriter.write(history, file);
          assertThat(HistoryReader.read(file, new Register())).isEqualTo(history);
          assertThat(Files.readAllLines(file)).hasSize(operations.size());
        });
  }

  private static String randomText(SeededRandom random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.below(12); i > 0; i--) {
      text.append((char) (random.chance(0.7) ? random.below(0x180) : random.below(0x10000)));
    }
    return text.toString();
  }
}
