package io.quorate.raftsim.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FaultPlanTest {
  private static List<Fault> first(int faults, long seed) {
    FaultPlan plan = new FaultPlan(seed);
    List<Fault> drawn = new ArrayList<>();
    for (int i = 0; i < faults; i++) {
      drawn.add(plan.next());
    }
    return drawn;
  }

  @Test
  void a_seed_is_a_plan() {
    assertThat(first(50, 7)).isEqualTo(first(50, 7)).isNotEqualTo(first(50, 8));
  }

  @Test
  void each_kind_strikes_as_often_as_the_others() {
    List<Fault.Kind> kinds = new ArrayList<>();
    first(100, 7).forEach(fault -> kinds.addAll(fault.kinds()));
    int round = Fault.Kind.values().length;
    for (int from = 0; from + round <= kinds.size(); from += round) {
      assertThat(kinds.subList(from, from + round)).containsExactlyInAnyOrder(Fault.Kind.values());
    }
  }
}
