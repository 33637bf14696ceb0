package io.quorate.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What readers of a result's file rely on. */
public final class ResultFormat {
  private ResultFormat() {}

  /** Fails unless {@code json} is a result that a reader understands. */
  public static JsonNode check(String json) {
    JsonNode result = JsonMapper.shared().readTree(json);
    assertThat(result.propertyNames())
        .containsExactly(
            "name", "title", "quick", "machine", "date", "rows", "ratios", "notEqual", "failures");
    assertThat(result.get("name").asString()).isNotBlank();
    assertThat(result.get("quick").isBoolean()).isTrue();
    assertThat(Instant.parse(result.get("date").asString())).isNotNull();
    checkMachine(result.get("machine"));
    checkRows(result.get("rows"));
    for (JsonNode ratio : result.get("ratios")) {
      assertThat(ratio.propertyNames()).containsExactly("name", "value", "min", "max");
      assertThat(ratio.get("value").isNumber()).isTrue();
    }
    result.get("notEqual").forEach(sentence -> assertThat(sentence.asString()).endsWith("."));
    assertThat(result.get("failures").isObject()).isTrue();
    return result;
  }

  private static void checkMachine(JsonNode machine) {
    assertThat(machine.propertyNames())
        .contains("cpus", "jdk", "kernel", "fs", "memoryMiB", "loadBefore");
    assertThat(machine.get("cpus").asInt()).isPositive();
    assertThat(machine.get("fs").asString()).isNotBlank();
  }

  private static void checkRows(JsonNode rows) {
    assertThat(rows.size()).isPositive();
    Set<String> keys = new HashSet<>();
    for (JsonNode row : rows) {
      assertThat(row.propertyNames())
          .containsExactly("subject", "metric", "unit", "value", "min", "max", "runs");
      assertThat(keys.add(row.get("subject").asString() + " " + row.get("metric").asString()))
          .as("a subject has a metric once")
          .isTrue();
      assertThat(row.get("metric").asString()).matches("[A-Za-z0-9]+@[0-9]+(v|x[0-9]+B)?");
      double value = row.get("value").asDouble();
      assertThat(row.get("min").asDouble()).isLessThanOrEqualTo(value);
      assertThat(row.get("max").asDouble()).isGreaterThanOrEqualTo(value);
      assertThat(row.get("runs").size()).isPositive();
    }
  }
}
