package io.quorate.raft.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final TokenBucket bucket = new TokenBucket(1_000, now::get);

  @Test
  void whoever_takes_waits_as_long_as_its_bytes_last() {
    assertThat(bucket.take(1)).isEqualTo(1_000_000);
    assertThat(bucket.take(2)).isEqualTo(3_000_000);
    now.addAndGet(3_000_000);
    assertThat(bucket.take(0)).isZero();
    assertThat(bucket.take(10)).isEqualTo(10_000_000);
  }

  @Test
  void a_pause_is_followed_by_no_burst() {
    now.addAndGet(1_000_000_000);
    assertThat(bucket.take(5)).isEqualTo(5_000_000);
  }
}
