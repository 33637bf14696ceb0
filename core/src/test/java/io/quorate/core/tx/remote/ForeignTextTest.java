package io.quorate.core.tx.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ForeignTextTest {

  @Test
  void it_is_one_line_without_control_characters() {
    assertThat(ForeignText.reason("\u001b[31mout\r\nof\u2028stock\u0000 "))
        .isEqualTo("[31mout  of stock");
  }

  @Test
  void it_is_bounded_and_never_ends_in_half_a_character() {
    assertThat(ForeignText.line("abcdef", 6)).isEqualTo("abcdef");
    assertThat(ForeignText.line("abcdefg", 6)).isEqualTo("abcde…");
    assertThat(ForeignText.line("abcd😀efg", 6)).isEqualTo("abcd?…");
    assertThat(ForeignText.reason("漢".repeat(1_000))).hasSize(500).endsWith("漢…");
    assertThat(ForeignText.reason("漢".repeat(1_000).getBytes(UTF_8))).hasSize(500).endsWith("漢…");
    assertThat(ForeignText.reason(new byte[] {'a', (byte) 0xFF})).isEqualTo("a\ufffd");
  }

  @Test
  void an_exception_says_what_it_is() {
    assertThat(ForeignText.reason(new IOException("reset"))).isEqualTo("IOException: reset");
    assertThat(ForeignText.reason(new IOException())).isEqualTo("IOException");
  }
}
