package io.quorate.core.retry;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RetryTest {

  @Test
  void pauses_double_up_to_the_cap_and_stay_there_for_ever() {
    Retry retry = Retry.exponential(ofMillis(50), ofSeconds(5)).jitter(0);
    assertThat(retry.pauseAfter(1, 7)).isEqualTo(ofMillis(50));
    assertThat(retry.pauseAfter(2, 7)).isEqualTo(ofMillis(100));
    assertThat(retry.pauseAfter(7, 7)).isEqualTo(ofMillis(3_200));
    assertThat(retry.pauseAfter(8, 7)).isEqualTo(ofSeconds(5));
    assertThat(retry.pauseAfter(200, 7)).isEqualTo(ofSeconds(5));
    assertThat(retry.pauseAfter(Integer.MAX_VALUE, 7)).isEqualTo(ofSeconds(5));
  }

  @Test
  void jitter_shortens_a_pause_by_at_most_its_share_and_the_same_seed_repeats_it() {
    Retry retry = Retry.exponential(ofSeconds(1), ofSeconds(1)).jitter(0.5);
    Set<Duration> seen = new HashSet<>();
    for (long seed = 0; seed < 1_000; seed++) {
      Duration pause = retry.pauseAfter(1, seed);
      assertThat(pause).isBetween(ofMillis(500), ofSeconds(1)).isPositive();
      assertThat(retry.pauseAfter(1, seed)).isEqualTo(pause);
      seen.add(pause);
    }
    assertThat(seen.size()).as("different seeds, different pauses").isGreaterThan(900);
  }

  @Test
  void attempts_are_counted_with_the_first_one() {
    Retry three = Retry.forever().attempts(3);
    assertThat(three.allowsAfter(2)).isTrue();
    assertThat(three.allowsAfter(3)).isFalse();
    assertThat(Retry.never().allowsAfter(1)).isFalse();
    assertThat(Retry.forever().allowsAfter(Integer.MAX_VALUE - 1)).isTrue();
  }

  @Test
  void bad_values_are_named() {
    assertThatThrownBy(() -> Retry.exponential(Duration.ZERO, ofSeconds(1)))
        .hasMessage("first: PT0S (expected: > 0)");
    assertThatThrownBy(() -> Retry.exponential(ofSeconds(2), ofSeconds(1)))
        .hasMessageContaining("cap: PT1S (expected: >= first");
    assertThatThrownBy(() -> Retry.forever().attempts(0))
        .hasMessage("attemptsMax: 0 (expected: >= 1)");
    assertThatThrownBy(() -> Retry.forever().jitter(Double.NaN))
        .hasMessageContaining("jitter: NaN");
    assertThatThrownBy(() -> Retry.forever().pauseAfter(0, 1))
        .hasMessage("attempt: 0 (expected: >= 1)");
  }
}
