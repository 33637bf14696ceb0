package io.quorate.saga;

import static java.time.Duration.ZERO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.tx.codec.Codec;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShapeTest {
  private final Shop shop = new Shop();

  @Test
  void a_compensatable_step_behind_the_pivot_is_refused_and_both_are_named() {
    assertThatThrownBy(() -> shop.named("s").then(shop.capture).then(shop.hold).build())
        .isInstanceOf(InvalidSagaException.class)
        .hasMessageContaining("compensatable step \"hold\"")
        .hasMessageContaining("pivot step \"capture\"");
  }

  @Test
  void a_compensatable_step_beside_the_pivot_is_refused() {
    assertThatThrownBy(() -> shop.named("s").allOf(shop.capture, shop.hold).build())
        .isInstanceOf(InvalidSagaException.class)
        .hasMessageContaining("\"hold\"")
        .hasMessageContaining("\"capture\"");
  }

  @Test
  void a_compensatable_step_behind_or_beside_a_retriable_one_is_refused() {
    assertThatThrownBy(() -> shop.named("s").then(shop.ship).then(shop.hold).build())
        .isInstanceOf(InvalidSagaException.class)
        .hasMessageContaining("retriable step \"ship\"");
    assertThatThrownBy(() -> shop.named("s").allOf(shop.ship, shop.hold).build())
        .isInstanceOf(InvalidSagaException.class);
  }

  @Test
  void a_retriable_step_before_the_pivot_is_refused() {
    assertThatThrownBy(() -> shop.named("s").then(shop.ship).then(shop.capture).build())
        .isInstanceOf(InvalidSagaException.class)
        .hasMessageContaining("retriable step \"ship\" does not come after the pivot \"capture\"");
  }

  @Test
  void two_pivots_are_refused() {
    var second = shop.steps.pivot("decide", (c, o) -> {});
    assertThatThrownBy(() -> shop.named("s").then(shop.capture).then(second).build())
        .isInstanceOf(InvalidSagaException.class)
        .hasMessageContaining("pivots [capture, decide]");
  }

  @Test
  void a_name_used_twice_a_missing_prerequisite_and_no_steps_at_all_are_refused() {
    assertThatThrownBy(() -> shop.named("s").then(shop.hold).then(shop.hold).build())
        .isInstanceOf(InvalidSagaException.class)
        .hasMessageContaining("\"hold\" twice");
    assertThatThrownBy(() -> shop.named("s").step(shop.hold, shop.authorize).build())
        .isInstanceOf(InvalidSagaException.class)
        .hasMessageContaining("\"hold\" comes after \"authorize\", which is not a step of it");
    assertThatThrownBy(() -> shop.named("s").build())
        .isInstanceOf(InvalidSagaException.class)
        .hasMessageContaining("no steps");
  }

  @Test
  void steps_that_wait_for_each_other_are_refused() {
    assertThatThrownBy(
            () ->
                shop.named("s")
                    .step(shop.hold, shop.authorize)
                    .step(shop.authorize, shop.hold)
                    .build())
        .isInstanceOf(InvalidSagaException.class)
        .hasMessageContaining("[hold, authorize] wait for each other");
  }

  @Test
  void steps_may_be_added_in_any_order_and_are_listed_in_one_that_can_run() {
    SagaDefinition<Shop.Order> saga =
        shop.named("s")
            .step(shop.ship, shop.capture)
            .step(shop.capture, shop.hold, shop.authorize)
            .step(shop.authorize)
            .step(shop.hold)
            .build();
    assertThat(saga.steps()).extracting(Step::name).endsWith("capture", "ship");
    assertThat(saga.after("capture")).containsExactlyInAnyOrder("hold", "authorize");
  }

  @Test
  void names_and_durations_are_checked_where_they_are_given() {
    for (String bad : List.of("", " ", "a b", "a/b", "ä", "-a", "x".repeat(65))) {
      assertThatThrownBy(() -> shop.steps.pivot(bad, (c, o) -> {}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("step: \"" + bad + "\"");
    }
    assertThatThrownBy(() -> shop.hold.timeout(ZERO)).hasMessageContaining("timeout: PT0S");
    assertThatThrownBy(() -> shop.hold.lock(o -> "x", java.time.Duration.ofMillis(-1)))
        .hasMessageContaining("lockWait: PT-0.001S");
    assertThatThrownBy(() -> shop.named("s").deadline(ZERO)).hasMessageContaining("deadline");
    for (java.time.Duration tooLong :
        List.of(java.time.Duration.ofSeconds(Long.MAX_VALUE), java.time.Duration.ofDays(4_000))) {
      assertThatThrownBy(() -> shop.named("s").deadline(tooLong))
          .hasMessageContaining("deadline: " + tooLong);
      assertThatThrownBy(() -> shop.hold.timeout(tooLong)).hasMessageContaining("" + tooLong);
      assertThatThrownBy(() -> shop.hold.lock(o -> "x", tooLong))
          .hasMessageContaining("lockWait: " + tooLong);
    }
    assertThatThrownBy(() -> SagaDefinition.named(" ", 1, Codec.string()))
        .hasMessageContaining("name");
    assertThatThrownBy(() -> SagaDefinition.named("s", 0, Codec.string()))
        .hasMessageContaining("version: 0 (expected: >= 1)");
  }

  @Test
  void a_nested_saga_is_part_of_the_outer_one_with_its_order_and_its_rules() {
    record Parcel(String shelf) {}
    Steps<Parcel> inner = Step.on(Parcel.class);
    var pick = inner.compensatable("pick", String.class, (c, p) -> p.shelf(), (c, p, r) -> {});
    var pack =
        inner.compensatable(
            "pack", String.class, (c, p) -> "box for " + c.result(pick), (c, p, r) -> {});
    SagaDefinition<Parcel> fulfil =
        SagaDefinition.named("fulfil", 1, Parcel.class).then(pick).then(pack).build();
    SagaDefinition<Shop.Order> saga =
        shop.named("outer")
            .then(shop.hold)
            .nested("fulfil", fulfil, (c, o) -> new Parcel(c.result(shop.hold).shelf()))
            .then(shop.capture.retry(io.quorate.core.retry.Retry.never()))
            .build();
    assertThat(saga.steps())
        .extracting(Step::name)
        .containsExactly("hold", "fulfil/pick", "fulfil/pack", "capture");
    assertThat(saga.after("fulfil/pick")).isEqualTo(Set.of("hold"));
    assertThat(saga.after("capture")).isEqualTo(Set.of("fulfil/pack"));

    Driven<Shop.Order> driven = Driven.begin(saga, Shop.ORDER).perform("hold");
    driven.perform("fulfil/pick").crash(true).perform("fulfil/pack");
    assertThat(driven.state().step("fulfil/pack").result())
        .isEqualTo(Codec.string().encode("box for shelf of apple"));
    driven.reply("capture", Driven.NO);
    assertThat(driven.calls()).containsExactly("~fulfil/pack");
  }

  @Test
  void a_nested_saga_has_a_name_like_a_step() {
    SagaDefinition<Shop.Order> inner = shop.named("inner").then(shop.hold).build();
    for (String bad : List.of("", "a#b", "a/b", "a b", "x".repeat(65))) {
      assertThatThrownBy(() -> shop.named("outer").nested(bad, inner, (c, o) -> o))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("nested saga: \"" + bad + "\"");
    }
  }

  @Test
  void a_lock_behind_the_point_of_no_return_is_refused() {
    assertThatThrownBy(
            () ->
                shop.named("s")
                    .then(shop.hold)
                    .then(shop.capture.lock(o -> "money"))
                    .then(shop.ship.lock(o -> "truck"))
                    .build())
        .isInstanceOf(InvalidSagaException.class)
        .hasMessageContaining("retriable step \"ship\" has a lock");
  }

  @Test
  void a_nested_saga_with_a_second_pivot_is_refused() {
    SagaDefinition<Shop.Order> inner = shop.named("inner").then(shop.capture).build();
    assertThatThrownBy(
            () ->
                shop.named("outer")
                    .nested("a", inner, (c, o) -> o)
                    .nested("b", inner, (c, o) -> o)
                    .build())
        .hasMessageContaining("pivots [a/capture, b/capture]");
  }
}
