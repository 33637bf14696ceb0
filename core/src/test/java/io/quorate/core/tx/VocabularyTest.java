package io.quorate.core.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class VocabularyTest {
  private static final Epoch EPOCH = new Epoch("me", 1);

  private static BranchRef ref(String tx, String branch) {
    return new BranchRef(new TxId(tx), branch, Phase.TRY, 1, EPOCH, Instant.EPOCH);
  }

  @Test
  void an_id_of_the_full_length_is_taken_and_one_more_character_is_not() {
    assertThat(new TxId("x".repeat(128)).value()).hasSize(128);
    assertThatThrownBy(() -> new TxId("x".repeat(129)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("tx: ")
        .hasMessageContaining("129 characters; expected: 1..128");
  }

  @Test
  void an_id_with_anything_but_printable_ascii_is_refused_and_the_place_is_named() {
    for (String bad : List.of("", "a b", "a\nb", "ä", "a\u0000")) {
      assertThatThrownBy(() -> new TxId(bad)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new TxId("order\n7")).hasMessageContaining("U+000A at 5");
  }

  @Test
  void no_two_branches_share_a_key() {
    assertThat(ref("a/b", "c").key()).isNotEqualTo(ref("a", "b/c").key());
    assertThat(ref("a#b", "c").key()).isNotEqualTo(ref("a", "b").key());
    assertThatThrownBy(() -> ref("a", "b#c"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("branch: \"b#c\" (expected: without '#')");
  }

  @Test
  void a_key_is_the_same_for_every_attempt_and_coordinator_and_another_for_each_phase() {
    BranchRef first = ref("a", "b");
    BranchRef later =
        new BranchRef(
            first.tx(), "b", Phase.TRY, 7, new Epoch("other", 9), Instant.EPOCH.plusSeconds(1));
    assertThat(later.key()).isEqualTo(first.key());
    assertThat(first.key(Phase.CANCEL)).isNotEqualTo(first.key(Phase.TRY));
  }

  @Test
  void bounds_of_attempts_epochs_and_pauses_are_kept() {
    assertThatThrownBy(() -> new BranchRef(new TxId("a"), "b", Phase.TRY, 0, EPOCH, Instant.EPOCH))
        .hasMessage("attempt: 0 (expected: >= 1)");
    assertThatThrownBy(() -> new Epoch("me", -1)).hasMessage("number: -1 (expected: >= 0)");
    assertThatThrownBy(() -> new Verdict.Ongoing(Duration.ofMillis(-1)))
        .hasMessageContaining("pollAfter: PT-0.001S");
  }
}
