package io.quorate.demo.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.demo.wire.Line;
import io.quorate.demo.wire.Order;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class OrderMixTest {
  private static final int ORDERS = 3_000;

  private static List<Order> orders(long seed) {
    OrderMix mix = new OrderMix(seed, ORDERS);
    return IntStream.range(0, ORDERS).mapToObj(mix::order).toList();
  }

  @Test
  void a_seed_replays_the_same_orders_and_the_same_kills() {
    assertThat(orders(5)).isEqualTo(orders(5)).isNotEqualTo(orders(6));
    assertThat(new OrderMix(5, ORDERS).killAfter(0, 2))
        .isEqualTo(new OrderMix(5, ORDERS).killAfter(0, 2));
    assertThat(new OrderMix(5, ORDERS).repeat(17)).isEqualTo(new OrderMix(5, ORDERS).repeat(17));
  }

  @Test
  void every_trouble_is_in_the_mix() {
    List<Order> orders = orders(1);
    assertThat(share(orders, order -> order.getCard().equals("declined"))).isBetween(0.02, 0.06);
    assertThat(share(orders, order -> order.getCard().equals("slow"))).isBetween(0.003, 0.02);
    assertThat(share(orders, order -> order.getAddress().equals("mountains")))
        .isBetween(0.003, 0.02);
    OrderMix mix = new OrderMix(1, ORDERS);
    for (OrderMix.Repeat repeat : OrderMix.Repeat.values()) {
      assertThat(IntStream.range(0, ORDERS).filter(n -> mix.repeat(n) == repeat).count())
          .as(repeat.toString())
          .isGreaterThan(ORDERS / 100);
    }
  }

  private static double share(List<Order> orders, java.util.function.Predicate<Order> which) {
    return (double) orders.stream().filter(which).count() / orders.size();
  }

  @Test
  void rare_items_are_wanted_more_often_than_they_exist() {
    OrderMix mix = new OrderMix(1, ORDERS);
    long wanted =
        orders(1).stream()
            .flatMap(order -> order.getLinesList().stream())
            .filter(line -> line.getSku().startsWith("rare"))
            .mapToLong(Line::getQuantity)
            .sum();
    assertThat(wanted).isGreaterThan(mix.rareInitial() * OrderMix.RARE_ITEMS);
  }

  @Test
  void items_come_in_one_order_so_that_no_two_orders_wait_for_each_other() {
    // Rare items first, then by name: what is locked first is the same for all.
    assertThat(orders(9))
        .allSatisfy(
            order ->
                assertThat(
                        order.getLinesList().stream()
                            .map(line -> line.getSku().startsWith("rare") ? "" : line.getSku())
                            .toList())
                    .isSorted()
                    .doesNotHaveDuplicates());
  }

  @Test
  void kills_lie_between_the_first_answers_and_the_last() {
    for (long seed = 0; seed < 500; seed++) {
      OrderMix mix = new OrderMix(seed, 100);
      assertThat(mix.killAfter(0, 2)).isBetween(25, 40);
      assertThat(mix.killAfter(1, 2)).isBetween(60, 73);
    }
  }

  @Test
  void a_mix_without_orders_is_refused() {
    assertThatThrownBy(() -> new OrderMix(1, 0)).hasMessage("orders: 0 (expected: >= 1)");
  }
}
