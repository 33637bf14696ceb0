package io.quorate.core.tx.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.quorate.core.tx.Epoch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

class RuntimeConfigTest {
  private static final RuntimeConfig CONFIG = RuntimeConfig.defaults();
  private static final Duration NANO = Duration.ofNanos(1);

  private static void within(
      String field,
      BiFunction<RuntimeConfig, Duration, RuntimeConfig> with,
      Duration least,
      Duration most) {
    assertThat(with.apply(with.apply(CONFIG, least), most)).isNotNull();
    for (Duration wrong :
        List.of(
            least.minus(NANO),
            most.plus(NANO),
            Duration.ofSeconds(Long.MIN_VALUE),
            Duration.ofSeconds(Long.MAX_VALUE))) {
      assertThatIllegalArgumentException()
          .as("%s %s", field, wrong)
          .isThrownBy(() -> with.apply(CONFIG, wrong))
          .withMessage("%s: %s (expected: %s..%s)", field, wrong, least, most);
    }
  }

  @Test
  void each_duration_is_held_to_its_bounds_and_none_can_overflow() {
    Duration most = RuntimeConfig.DURATION_MAX;
    within("lease", RuntimeConfig::withLease, Duration.ofSeconds(1), most);
    within("acquireWait", RuntimeConfig::withAcquireWait, Duration.ZERO, most);
    within(
        "pollInterval",
        RuntimeConfig::withPollInterval,
        Duration.ofMillis(1),
        Duration.ofMinutes(1));
    within("putAsideAfter", RuntimeConfig::withPutAsideAfter, Duration.ZERO, most);
    within("callGrace", RuntimeConfig::withCallGrace, Duration.ZERO, most);
    within("closeWait", RuntimeConfig::withCloseWait, Duration.ZERO, most);
    assertThat(most.multipliedBy(2).toNanos()).isPositive();
  }

  private static void within(
      String field, BiFunction<RuntimeConfig, Integer, RuntimeConfig> with, int most) {
    assertThat(with.apply(with.apply(CONFIG, 1), most)).isNotNull();
    List<Integer> wrong = new ArrayList<>(List.of(0, -1, Integer.MIN_VALUE));
    if (most < Integer.MAX_VALUE) {
      wrong.addAll(List.of(most + 1, Integer.MAX_VALUE));
    }
    for (int value : wrong) {
      assertThatIllegalArgumentException()
          .as("%s %s", field, value)
          .isThrownBy(() -> with.apply(CONFIG, value))
          .withMessage("%s: %d (expected: 1..%d)", field, value, most);
    }
  }

  @Test
  void each_number_is_held_to_its_bounds() {
    within("recoveriesMax", RuntimeConfig::withRecoveriesMax, RuntimeConfig.RECOVERIES_MAX);
    within("liveMax", RuntimeConfig::withLiveMax, Integer.MAX_VALUE);
  }

  @Test
  void an_owner_is_one_that_an_epoch_can_name() {
    assertThat(CONFIG.withOwner("orders").owner()).isEqualTo("orders");
    for (String wrong : List.of("", "two words", "Zürich", "x".repeat(129))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> CONFIG.withOwner(wrong))
          .withMessageContaining("owner: ");
    }
  }

  @Test
  void what_is_missing_is_named() {
    assertThatNullPointerException()
        .isThrownBy(() -> CONFIG.withLease(absent()))
        .withMessage("lease");
    assertThatNullPointerException()
        .isThrownBy(() -> CONFIG.observedBy(absent()))
        .withMessage("observer");
    assertThatNullPointerException()
        .isThrownBy(() -> CONFIG.watchedBy(absent()))
        .withMessage("listener");
  }

  @SuppressWarnings({
    "NullAway",
    "TypeParameterUnusedInFormals"
  }) // What a careless caller hands in.
  private static <T> T absent() {
    return null;
  }

  @Test
  void each_wither_changes_its_own_field_and_no_other() {
    Map<String, RuntimeConfig> changed = new HashMap<>();
    changed.put("owner", CONFIG.withOwner("orders"));
    changed.put("lease", CONFIG.withLease(Duration.ofSeconds(77)));
    changed.put("acquireWait", CONFIG.withAcquireWait(Duration.ofSeconds(77)));
    changed.put("pollInterval", CONFIG.withPollInterval(Duration.ofMillis(77)));
    changed.put("recoveriesMax", CONFIG.withRecoveriesMax(77));
    changed.put("liveMax", CONFIG.withLiveMax(77));
    changed.put("putAsideAfter", CONFIG.withPutAsideAfter(Duration.ofSeconds(77)));
    changed.put("callGrace", CONFIG.withCallGrace(Duration.ofSeconds(77)));
    changed.put("closeWait", CONFIG.withCloseWait(Duration.ofSeconds(77)));
    changed.put("observers", CONFIG.observedBy(event -> {}));
    changed.put("listeners", CONFIG.watchedBy(state -> {}));
    changed.forEach(
        (field, config) ->
            assertThat(
                    fields(config).entrySet().stream()
                        .filter(
                            entry -> !entry.getValue().equals(fields(CONFIG).get(entry.getKey())))
                        .map(Map.Entry::getKey))
                .containsExactly(field));
  }

  private static Map<String, Object> fields(RuntimeConfig config) {
    Map<String, Object> fields = new HashMap<>();
    for (var component : RuntimeConfig.class.getRecordComponents()) {
      try {
        fields.put(component.getName(), component.getAccessor().invoke(config));
      } catch (ReflectiveOperationException e) {
        throw new LinkageError("a record component", e);
      }
    }
    return fields;
  }

  @Test
  void the_default_owner_tells_process_and_host_and_is_drawn_once() {
    assertThat(CONFIG.owner())
        .matches(ProcessHandle.current().pid() + "@[!-~]+#[0-9a-f]{8}")
        .isEqualTo(RuntimeConfig.defaults().owner());
  }

  @Test
  void any_host_name_makes_an_owner() {
    assertThat(DefaultOwner.of(1, "orders-7f9c", 0xBEEF)).isEqualTo("1@orders-7f9c#0000beef");
    assertThat(DefaultOwner.of(1, "Zürich box\n", -1)).isEqualTo("1@Z-rich-box-#ffffffff");
    assertThat(DefaultOwner.of(1, "", 0)).isEqualTo("1@localhost#00000000");
    String longest = DefaultOwner.of(Long.MAX_VALUE, "h".repeat(1000), -1);
    assertThat(longest).hasSize(Epoch.OWNER_LENGTH_MAX).endsWith("h#ffffffff");
    assertThat(new Epoch(longest, 1).owner()).isEqualTo(longest);
  }
}
