package io.quorate.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SimWorldTest {
  private final SimWorld world = new SimWorld(7);
  private final List<String> ran = new ArrayList<>();

  private Runnable says(String word) {
    return () -> ran.add(word + "@" + world.nanos());
  }

  @Test
  void events_run_by_time_and_then_in_the_order_they_were_scheduled() {
    world.after(Duration.ofNanos(20), says("late"));
    world.after(Duration.ofNanos(10), says("first"));
    world.after(Duration.ofNanos(10), says("second"));
    world.after(Duration.ofNanos(-5), says("past"));
    world.runUntilIdle(10);
    assertThat(ran).containsExactly("past@0", "first@10", "second@10", "late@20");
    assertThat(world.step()).isFalse();
  }

  @Test
  void a_cancelled_event_does_not_run_and_does_not_move_time() {
    SimEvent event = world.after(Duration.ofSeconds(5), says("never"));
    event.cancel();
    assertThat(world.nextAt()).isNull();
    assertThat(world.step()).isFalse();
    assertThat(world.nanos()).isZero();
  }

  @Test
  void time_passes_as_asked_and_runs_what_falls_into_it() {
    world.after(
        Duration.ofSeconds(1),
        () -> world.after(Duration.ofSeconds(1), says("scheduled by an event")));
    world.after(Duration.ofSeconds(4), says("later"));
    world.advance(Duration.ofSeconds(3));
    assertThat(ran).containsExactly("scheduled by an event@2000000000");
    assertThat(world.now()).isEqualTo(SimWorld.ORIGIN.plusSeconds(3));
    assertThat(world.clock().instant()).isEqualTo(world.now());
    assertThat(world.ticker().nanos()).isEqualTo(3_000_000_000L);
    assertThatIllegalArgumentException().isThrownBy(() -> world.advance(Duration.ofNanos(-1)));
  }

  @Test
  void a_time_too_far_away_is_never_and_not_an_overflow() {
    world.after(Duration.ofNanos(1), says("soon"));
    world.after(Duration.ofSeconds(Long.MAX_VALUE), says("never"));
    world.at(Instant.MIN.plusSeconds(1_000_000_000L * 31_536_000L), says("now"));
    world.advance(Duration.ofDays(300));
    assertThat(ran).containsExactly("now@0", "soon@1");
  }

  @Test
  void a_world_without_end_is_reported() {
    Runnable[] again = new Runnable[1];
    again[0] = () -> world.after(Duration.ofNanos(1), again[0]);
    again[0].run();
    assertThatThrownBy(() -> world.runUntilIdle(100))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("100 events");
  }

  @Test
  void timers_run_as_events_until_they_are_closed() {
    Timers timers = world.timers();
    timers.after(Duration.ofMillis(1), says("timer"));
    timers.after(Duration.ofMillis(2), says("cancelled")).cancel();
    timers.after(Duration.ofMillis(4), says("closed"));
    world.advance(Duration.ofMillis(3));
    timers.close();
    world.advance(Duration.ofMillis(3));
    assertThat(ran).containsExactly("timer@1000000");
    assertThatIllegalStateException()
        .isThrownBy(() -> timers.after(Duration.ZERO, says("after close")));
  }

  @Test
  void the_same_events_have_the_same_hash_with_and_without_text() {
    long hash = hashOf(SimTrace.kept(), "a", 1);
    assertThat(hashOf(SimTrace.hashed(), "a", 1)).isEqualTo(hash);
    assertThat(hashOf(SimTrace.kept(), "b", 1)).isNotEqualTo(hash);
    assertThat(hashOf(SimTrace.kept(), "a", 2)).isNotEqualTo(hash);
    assertThat(hash).as("the same on every machine").isEqualTo(1910534252774632274L);
  }

  private static long hashOf(SimTrace trace, String actor, long key) {
    SimWorld world = new SimWorld(1, trace);
    world.note(actor, "kind", key, () -> "text");
    world.advance(Duration.ofMillis(1));
    world.note("b", "kind", 1, () -> "text");
    return world.trace().hash();
  }

  @Test
  void a_kept_trace_has_one_line_for_each_event() {
    world.advance(Duration.ofMillis(1_234));
    world.note("net", "lost", 1, () -> "reply of pay");
    assertThat(world.trace().lines()).singleElement().asString().contains("1.234s", "net", "lost");
    assertThat(world.trace().events()).isOne();
    assertThat(world.trace().hashText()).hasSize(16);
  }
}
