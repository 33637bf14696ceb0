package io.quorate.benchmarks.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class AwaitTest {

  @Test
  void what_appears_later_is_found() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    Optional<String> leader = Optional.of("n2");
    assertThat(
            Await.until(
                "leader",
                Duration.ofMinutes(1),
                () -> looks.incrementAndGet() < 4 ? Optional.empty() : leader))
        .isEqualTo("n2");
    assertThat(looks).hasValue(4);
  }

  @Test
  void what_never_appears_is_named() {
    assertThatThrownBy(() -> Await.until("leader", Duration.ofMillis(20), Optional::empty))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("leader: none after PT0.02S");
  }

  @Test
  void interrupt_ends_the_wait() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> Await.until("leader", Duration.ofMinutes(1), Optional::empty))
        .isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void ports_differ_and_can_be_listened_on() throws Exception {
    List<Integer> ports = LoopbackPorts.free(3);
    assertThat(ports).hasSize(3).doesNotHaveDuplicates();
    for (int port : ports) {
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        assertThat(socket.getLocalPort()).isEqualTo(port);
      }
    }
  }
}
