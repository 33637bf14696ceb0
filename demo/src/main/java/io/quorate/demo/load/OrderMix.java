package io.quorate.demo.load;

import io.quorate.demo.wire.Line;
import io.quorate.demo.wire.Order;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Orders made up from a seed: order {@code n} of a seed and a size is always the same order.
 *
 * <p>Of 100 orders about 4 are paid with a declined card, one through a bank whose answer comes
 * late, one goes where the carrier is slow, and 5 want a rare item of which there are too few. One
 * customer in 20 has hardly any money.
 *
 * @param seed decides everything
 * @param orders how many; 1 or more
 */
public record OrderMix(long seed, int orders) {
  static final int ITEMS = 200;
  static final int RARE_ITEMS = 5;
  static final long PLENTY = 1_000_000;
  static final long OPENING_CENTS = 500_000;
  static final long POOR_OPENING_CENTS = 5_000;

  private static final int POOR_EVERY = 20;

  /** What the second client of an impatient customer does. */
  public enum Repeat {
    /** One click. */
    NONE,
    /** The same order twice at the same time. */
    AT_ONCE,
    /** The same order again when it has its answer already. */
    AFTERWARDS
  }

  public OrderMix {
    if (orders < 1) {
      throw new IllegalArgumentException("orders: " + orders + " (expected: >= 1)");
    }
  }

  int customers() {
    return Math.max(20, orders / 6);
  }

  long openingCents(int customer) {
    return customer % POOR_EVERY == 0 ? POOR_OPENING_CENTS : OPENING_CENTS;
  }

  /** Too few for the orders that want one. */
  long rareInitial() {
    return Math.max(1, orders / (RARE_ITEMS * 40));
  }

  static String sku(int item) {
    return "item-%03d".formatted(item);
  }

  static String rareSku(int item) {
    return "rare-%d".formatted(item);
  }

  /**
   * @param number 0 up to {@link #orders()}, exclusive
   */
  public Order order(int number) {
    SplittableRandom random = random(number);
    Order.Builder order =
        Order.newBuilder()
            .setId("order-%06d".formatted(number))
            .setCustomer(random.nextInt(customers()))
            .setCard(card(random.nextInt(100)))
            .setAddress(random.nextInt(100) < 1 ? "mountains" : "city");
    if (random.nextInt(100) < 5) {
      order.addLines(line(rareSku(random.nextInt(RARE_ITEMS)), 1, 9_900));
    }
    TreeSet<Integer> items = new TreeSet<>();
    for (int lines = 1 + random.nextInt(3); lines > 0; lines--) {
      items.add(random.nextInt(ITEMS));
    }
    for (int item : items) {
      order.addLines(line(sku(item), 1 + random.nextInt(3), 500 + 10L * (item * 37 % 400)));
    }
    return order.build();
  }

  private static String card(int percent) {
    if (percent < 4) {
      return "declined";
    }
    return percent < 5 ? "slow" : "good";
  }

  private static Line line(String sku, int quantity, long centsEach) {
    return Line.newBuilder().setSku(sku).setQuantity(quantity).setCentsEach(centsEach).build();
  }

  /** Whether, and when, the customer of an order sends it a second time. */
  public Repeat repeat(int number) {
    int percent = random(~number).nextInt(100);
    if (percent < 2) {
      return Repeat.AT_ONCE;
    }
    return percent < 4 ? Repeat.AFTERWARDS : Repeat.NONE;
  }

  /** After how many outcomes the {@code kill}th of {@code kills} kills happens. */
  public int killAfter(int kill, int kills) {
    double jitter = random(Integer.MIN_VALUE + kill).nextDouble(-0.05, 0.05);
    return (int) (orders * ((kill + 1.0) / (kills + 1.0) + jitter));
  }

  private SplittableRandom random(int number) {
    return new SplittableRandom(seed * 0x9E3779B97F4A7C15L + number);
  }

  /** What an order costs, in cents. */
  public static long cents(Order order) {
    return order.getLinesList().stream()
        .mapToLong(line -> line.getQuantity() * line.getCentsEach())
        .sum();
  }
}
