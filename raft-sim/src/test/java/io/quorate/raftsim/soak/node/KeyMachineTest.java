package io.quorate.raftsim.soak.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class KeyMachineTest {
  private final KeyMachine machine = new KeyMachine();
  private long index;

  private String apply(String command) {
    return apply(machine, ++index, command);
  }

  private static String apply(KeyMachine to, long index, String command) {
    ByteBuffer bytes = ByteBuffer.wrap(command.getBytes(US_ASCII)).asReadOnlyBuffer();
    return new String(to.apply(index, bytes), US_ASCII);
  }

  @Test
  void a_put_raises_the_version() {
    assertThat(machine.read(7)).isEqualTo("0 - false");
    assertThat(apply("put 7 11")).isEqualTo("1 11 true");
    assertThat(apply("put 7 12")).isEqualTo("2 12 true");
    assertThat(machine.read(7)).isEqualTo("2 12 false");
  }

  @Test
  void a_cas_writes_only_over_what_it_expects() {
    assertThat(apply("cas 7 5 11")).isEqualTo("0 - false");
    assertThat(apply("cas 7 - 11")).isEqualTo("1 11 true");
    assertThat(apply("cas 7 - 12")).isEqualTo("1 11 false");
    assertThat(apply("cas 7 11 12")).isEqualTo("2 12 true");
  }

  @Test
  void nonsense_is_answered_and_changes_nothing() {
    assertThat(apply("put x 1")).isEqualTo("makes no sense");
    assertThat(apply("put")).isEqualTo("makes no sense");
    assertThat(machine.read(1)).isEqualTo("0 - false");
  }

  @Test
  void the_digest_is_of_all_commands_in_their_order() {
    KeyMachine other = new KeyMachine();
    apply(machine, 1, "put 1 1");
    apply(machine, 2, "put 2 2");
    apply(other, 1, "put 2 2");
    apply(other, 2, "put 1 1");
    assertThat(other.applied().index()).isEqualTo(machine.applied().index());
    assertThat(other.applied().digest()).isNotEqualTo(machine.applied().digest());
  }

  @Test
  void a_restored_machine_goes_on_as_the_one_it_was_taken_of() throws IOException {
    apply("put 1 1");
    apply("cas 2 - 5");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (var view = machine.snapshot()) {
      apply("put 1 2");
      view.writeTo(bytes);
    }
    KeyMachine restored = new KeyMachine();
    restored.restore(new ByteArrayInputStream(bytes.toByteArray()));
    assertThat(restored.read(1)).isEqualTo("1 1 false");
    assertThat(restored.read(2)).isEqualTo("1 5 false");
    apply(restored, 3, "put 1 2");
    assertThat(restored.applied()).isEqualTo(machine.applied());
    assertThat(machine.taken()).isEqualTo(1);
    assertThat(restored.restored()).isEqualTo(1);
  }
}
