package io.quorate.benchmarks.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ForkSpecTest {
  private static final Path DIRECTORY = Path.of("/tmp/with space/and=sign");

  @Test
  void arguments_of_a_measurement_round_trip() {
    ForkSpec spec =
        new ForkSpec(
            "a.B",
            Map.of("force", "each=1", "mode", ""),
            DIRECTORY,
            new Database("jdbc:postgresql://localhost:1/x?a=b&c=d", "postgres", 42),
            new ForkSpec.Measure(
                List.of(Load.platform(1), Load.virtual(256), Load.window(64, 1024)),
                Duration.ofSeconds(8),
                Duration.ofMillis(400),
                Duration.ofSeconds(3)));
    assertThat(ForkSpec.parse(spec.arguments())).isEqualTo(spec);
    assertThat(spec.context().concurrencyMax()).isEqualTo(256);
  }

  @Test
  void arguments_of_a_count_round_trip() {
    ForkSpec spec = new ForkSpec("a.B", Map.of(), DIRECTORY, null, new ForkSpec.Count(7));
    assertThat(ForkSpec.parse(spec.arguments())).isEqualTo(spec);
    assertThat(spec.context().concurrencyMax()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "subject",
        "directory",
        "loads",
        "firstWarmup",
        "warmup",
        "measured",
        "database.pid"
      })
  void missing_argument_is_named(String key) {
    List<String> arguments =
        new ForkSpec(
                "a.B",
                Map.of(),
                DIRECTORY,
                new Database("jdbc:x", "postgres", 42),
                new ForkSpec.Measure(
                    List.of(Load.platform(1)),
                    Duration.ZERO,
                    Duration.ofMillis(1),
                    Duration.ofMillis(1)))
            .arguments().stream().filter(argument -> !argument.startsWith(key + "=")).toList();
    assertThatThrownBy(() -> ForkSpec.parse(arguments))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(key + ": missing");
  }

  @Test
  void deepest_load_is_the_first_of_those_with_the_most_in_flight() {
    List<Load> loads =
        List.of(
            Load.window(1, 16), Load.window(64, 16), Load.window(64, 1024), Load.window(1, 1024));
    ForkSpec.Measure measure =
        new ForkSpec.Measure(loads, Duration.ZERO, Duration.ZERO, Duration.ZERO);
    assertThat(measure.deepest()).isEqualTo(Load.window(64, 16));
  }

  @Test
  void subject_that_needs_a_database_says_so() {
    SubjectContext context = new SubjectContext(DIRECTORY, null, 1, Map.of());
    assertThatThrownBy(context::requireDatabase)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("database: none");
  }
}
