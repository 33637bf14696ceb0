package io.quorate.core.tx.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.Phase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TxHeadersTest {

  @Test
  void a_branch_is_eight_headers() {
    assertThat(TxHeaders.render(Refs.ref(Phase.CONFIRM)))
        .containsExactly(
            Map.entry("Tx-Id", "order/1%?"),
            Map.entry("Tx-Branch", "stock"),
            Map.entry("Tx-Phase", "confirm"),
            Map.entry("Tx-Attempt", "3"),
            Map.entry("Tx-Epoch", "7"),
            Map.entry("Tx-Epoch-Owner", "node-1"),
            Map.entry("Tx-Started", "2026-01-31T12:00:00.000000001Z"),
            Map.entry("Idempotency-Key", Refs.ref(Phase.CONFIRM).key()));
    assertThat(TxHeaders.NAMES)
        .containsExactlyElementsOf(TxHeaders.render(Refs.ref(Phase.TRY)).keySet());
  }

  @Test
  void every_branch_comes_back_equal() throws Exception {
    for (long seed = 0; seed < 2_000; seed++) {
      BranchRef ref = Refs.drawn(seed);
      assertThat(parsed(TxHeaders.render(ref))).as("seed %d", seed).isEqualTo(ref);
    }
  }

  @Test
  void damaged_headers_are_read_or_refused_by_the_typed_error() {
    String[] values = {"", " ", "\u0000", "-1", "+1", "\u0661", "9".repeat(30), "try ", "é", "TRY"};
    int refused = 0;
    for (long seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      Map<String, String> headers = new LinkedHashMap<>(TxHeaders.render(Refs.drawn(seed)));
      String name = TxHeaders.NAMES.get(random.nextInt(TxHeaders.NAMES.size()));
      headers.put(name, values[random.nextInt(values.length)]);
      try {
        BranchRef read = parsed(headers);
        assertThat(parsed(TxHeaders.render(read))).as("seed %d", seed).isEqualTo(read);
      } catch (MalformedHeaderException e) {
        assertThat(e.header()).as("seed %d", seed).isEqualTo(name);
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Tx-Id",
        "Tx-Branch",
        "Tx-Phase",
        "Tx-Attempt",
        "Tx-Epoch",
        "Tx-Epoch-Owner",
        "Tx-Started"
      })
  void a_header_that_is_missing_or_there_twice_is_named(String name) {
    Map<String, String> headers = new LinkedHashMap<>(TxHeaders.render(Refs.ref(Phase.TRY)));
    headers.remove(name);
    refused(headers, name + ": missing");
    assertThatExceptionOfType(MalformedHeaderException.class)
        .isThrownBy(
            () ->
                TxHeaders.parse(
                    asked -> {
                      List<String> values = new ArrayList<>();
                      values.add(TxHeaders.render(Refs.ref(Phase.TRY)).get(asked));
                      if (asked.equals(name)) {
                        values.add(values.get(0));
                      }
                      return values;
                    }))
        .withMessage(name + ": 2 values (expected: one)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Tx-Id | a b | character U+0020 at 1; expected: printable ASCII",
        "Tx-Phase | TRY | \"TRY\" (expected: try, confirm or cancel)",
        "Tx-Attempt | 0 | 0 (expected: 1..2147483647)",
        "Tx-Attempt | 2147483648 | 2147483648 (expected: 1..2147483647)",
        "Tx-Attempt | +1 | \"+1\" (expected: 0..",
        "Tx-Epoch | -1 | \"-1\" (expected: 0..9223372036854775807 in decimal digits)",
        "Tx-Epoch | 9223372036854775808 | (expected: 0..9223372036854775807",
        "Tx-Started | 1769860800 | (expected: an ISO 8601 instant",
        "Tx-Started | 2026-02-30T00:00:00Z | (expected: an ISO 8601 instant",
      })
  void a_header_that_breaks_its_rule_is_named_with_the_rule(
      String name, String value, String message) {
    Map<String, String> headers = new LinkedHashMap<>(TxHeaders.render(Refs.ref(Phase.TRY)));
    headers.put(name, value);
    refused(headers, name + ": ");
    refused(headers, message);
  }

  @Test
  void a_value_far_too_long_is_not_even_looked_at() {
    Map<String, String> headers = new LinkedHashMap<>(TxHeaders.render(Refs.ref(Phase.TRY)));
    headers.put("Tx-Epoch", "0".repeat(513));
    refused(headers, "Tx-Epoch: 513 characters (expected: <= 512)");
  }

  private static BranchRef parsed(Map<String, String> headers) throws MalformedHeaderException {
    return TxHeaders.parse(
        name -> headers.containsKey(name) ? List.of(headers.get(name)) : List.of());
  }

  private static void refused(Map<String, String> headers, String message) {
    assertThatExceptionOfType(MalformedHeaderException.class)
        .isThrownBy(() -> parsed(headers))
        .withMessageContaining(message);
  }
}
