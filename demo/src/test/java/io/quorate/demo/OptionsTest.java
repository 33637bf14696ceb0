package io.quorate.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.demo.load.Victim;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OptionsTest {

  private static Options parse(String... args) throws Options.Wrong {
    return Options.parse(args, 42);
  }

  @Test
  void without_options_the_coordinator_and_payment_are_killed_amid_3000_orders() throws Exception {
    assertThat(parse())
        .isEqualTo(
            new Options(
                3_000,
                42,
                List.of(Victim.ORDER, Victim.PAYMENT),
                Optional.empty(),
                false,
                false,
                false));
  }

  @Test
  void every_option_is_taken() throws Exception {
    String url = "jdbc:postgresql://localhost:5432/postgres?user=me";
    assertThat(
            parse(
                "--headless",
                "--orders",
                "200",
                "--seed",
                "-7",
                "--kill",
                "stock,order,stock",
                "--jdbc-url",
                url,
                "--keep"))
        .isEqualTo(
            new Options(
                200,
                -7,
                List.of(Victim.STOCK, Victim.ORDER, Victim.STOCK),
                Optional.of(url),
                true,
                true,
                false));
    assertThat(parse("--no-kill").kills()).isEmpty();
    assertThat(parse("--help").help()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --order                      | --order: unknown
          --orders                     | --orders: nothing follows
          --orders 0                   | --orders: 0 (expected: a whole number, 1..100000)
          --orders 100001              | --orders: 100001
          --orders many                | --orders: many
          --seed 1.5                   | --seed: 1.5
          --kill nobody                | --kill: "nobody"
          --kill order,                | --kill: ""
          --jdbc-url jdbc:h2:mem:x     | --jdbc-url: jdbc:h2:mem:x (expected: jdbc:postgresql://
          --jdbc-url jdbc:postgresql:x | --jdbc-url: jdbc:postgresql:x
          """)
  void a_wrong_option_is_named_with_its_rule(String line, String message) {
    assertThatThrownBy(() -> parse(line.split(" ")))
        .isInstanceOf(Options.Wrong.class)
        .hasMessageStartingWith(message)
        .hasMessageContaining("(expected: ");
  }

  @Test
  void a_password_is_not_repeated() {
    assertThatThrownBy(() -> parse("--jdbc-url", "jdbc:mysql://localhost/x?password=secret"))
        .hasMessageNotContaining("secret");
  }
}
