package io.quorate.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.tx.Phase;
import io.quorate.core.tx.machine.Resolution;
import io.quorate.core.tx.machine.UnreadableHistoryException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FactCodecTest {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678901234Z");

  private static final List<SagaFact.Outline> OUTLINE =
      List.of(
          new SagaFact.Outline("a", StepKind.COMPENSATABLE, true, Set.of()),
          new SagaFact.Outline("b", StepKind.PIVOT, false, Set.of("a")),
          new SagaFact.Outline("c", StepKind.RETRIABLE, false, Set.of("a", "b")));

  private static List<SagaFact> every() {
    List<SagaFact> facts =
        new ArrayList<>(
            List.of(
                new SagaFact.Began(new byte[] {1, 2}, AT, null, Durability.EVERY_STEP, OUTLINE),
                new SagaFact.Began(new byte[0], AT, AT, Durability.START_DURABLE, List.of()),
                new SagaFact.Locked("a"),
                new SagaFact.Done("päck/a", new byte[] {0, -1}),
                new SagaFact.Refused("a", "no"),
                new SagaFact.Decided("why", List.of("a", "b")),
                new SagaFact.Undone("a"),
                new SagaFact.Migrated(1, 2, Map.of("a", "b", "c", "d"), new byte[] {9}, OUTLINE),
                new SagaFact.Ended(true),
                new SagaFact.Ended(false)));
    for (Phase phase : Phase.values()) {
      facts.add(new SagaFact.Tried("a", phase, 3, AT, "lost"));
      facts.add(new SagaFact.Parked("a", phase, 3, "lost"));
      facts.add(new SagaFact.Conflicted("a", phase, "fact"));
    }
    for (Resolution.Action action : Resolution.Action.values()) {
      facts.add(new SagaFact.Resolved(new Resolution("a", action, "ann", "ticket"), AT));
    }
    return facts;
  }

  @Test
  void every_fact_comes_back_as_it_was() throws Exception {
    byte[] prefix = {7, 7, 7};
    byte[] body = FactCodec.encode(prefix, every());
    assertThat(FactCodec.decode(body, prefix.length))
        .usingRecursiveFieldByFieldElementComparator()
        .isEqualTo(every());
  }

  @Test
  void the_bytes_are_those_of_the_format() {
    byte[] body =
        FactCodec.encode(
            new byte[0],
            List.of(new SagaFact.Done("ab", new byte[] {5}), new SagaFact.Ended(true)));
    assertThat(HexFormat.of().formatHex(body))
        .isEqualTo("01" + "0002" + "04" + "000000026162" + "0000000105" + "0c" + "01");
  }

  @Test
  void a_newer_format_an_unknown_fact_and_bytes_left_over_are_refused() {
    assertThatThrownBy(() -> FactCodec.decode(new byte[] {2, 0, 0}, 0))
        .isInstanceOf(UnreadableHistoryException.class)
        .hasMessageContaining("format 2");
    assertThatThrownBy(() -> FactCodec.decode(new byte[] {1, 0, 1, 99}, 0))
        .hasMessageContaining("tag 99");
    assertThatThrownBy(() -> FactCodec.decode(new byte[] {1, 0, 0, 1}, 0))
        .hasMessageContaining("1 bytes behind");
  }

  @Test
  void any_damage_is_an_unreadable_history_and_nothing_else() {
    long seed = 20261123;
    Random random = new Random(seed);
    byte[] body = FactCodec.encode(new byte[0], every());
    for (int round = 0; round < 20_000; round++) {
      byte[] damaged = Arrays.copyOf(body, random.nextInt(body.length + 1));
      for (int flips = random.nextInt(4); flips > 0 && damaged.length > 0; flips--) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        FactCodec.decode(damaged, 0);
      } catch (UnreadableHistoryException expected) {
        assertThat(expected).hasMessageNotContaining("null");
      } catch (RuntimeException leak) {
        throw new AssertionError("seed " + seed + " round " + round, leak);
      }
    }
  }

  @Test
  void a_cause_longer_than_people_read_is_cut() throws Exception {
    byte[] body =
        FactCodec.encode(new byte[0], List.of(new SagaFact.Refused("a", "x".repeat(5_000))));
    assertThat(((SagaFact.Refused) FactCodec.decode(body, 0).getFirst()).reason())
        .hasSize(1_001)
        .endsWith("…");
  }
}
