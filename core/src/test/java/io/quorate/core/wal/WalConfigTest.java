package io.quorate.core.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WalConfigTest {
  private static void refused(Runnable change, String message) {
    assertThatThrownBy(change::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void defaults_are_what_their_javadoc_says() {
    WalConfig config = WalConfig.defaults();
    assertThat(config.segmentBytes()).isEqualTo(64 << 20);
    assertThat(config.recordBytesMax()).isEqualTo(16 << 20);
    assertThat(config.queueBytesMax()).isEqualTo((16 << 20) + 4096);
    assertThat(config.freeBytesMin()).isEqualTo(64 << 20);
    assertThat(config.idleAfter()).isEqualTo(Duration.ofMillis(10));
    assertThat(config.onRot()).isEqualTo(WalConfig.OnRot.REFUSE);
  }

  @Test
  void each_bound_is_named_with_its_value_and_rule() {
    WalConfig config = WalConfig.defaults();
    refused(() -> config.segmentBytes(8191), "segmentBytes: 8191 (expected: a multiple of 4096,");
    refused(() -> config.segmentBytes(4096), "segmentBytes: 4096");
    refused(() -> config.recordBytesMax(0), "recordBytesMax: 0 (expected: 1..");
    refused(() -> config.recordBytesMax(64 << 20), "recordBytesMax: 67108864");
    refused(() -> config.queueBytesMax(1 << 20), "queueBytesMax: 1048576 (expected: 16777272..");
    refused(() -> config.queueBytesMax(65 << 20), "queueBytesMax: 68157440");
    refused(() -> config.freeBytesMin(-1), "freeBytesMin: -1 (expected: >= 0)");
    refused(() -> config.idleAfter(Duration.ZERO), "idleAfter: PT0S (expected: PT0.001S..PT1M)");
    refused(() -> config.idleAfter(Duration.ofHours(1)), "idleAfter: PT1H");
  }

  @Test
  void every_segment_size_has_limits_that_fit_it() {
    for (int bytes = WalConfig.SEGMENT_BYTES_MIN; bytes > 0; bytes *= 2) {
      if (bytes > WalConfig.SEGMENT_BYTES_MAX) {
        break;
      }
      WalConfig config = WalConfig.defaults().segmentBytes(bytes);
      assertThat(config.recordBytesMax()).isPositive();
      int largest = bytes - 4096 - 104;
      assertThat(config.queueBytesMax(bytes).recordBytesMax(largest).recordBytesMax())
          .isEqualTo(largest);
      refused(
          () -> config.queueBytesMax(config.segmentBytes()).recordBytesMax(largest + 1),
          "recordBytesMax");
    }
  }
}
