package io.quorate.demo.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.quorate.demo.database.Department;
import io.quorate.demo.wire.Order;
import io.quorate.saga.SagaDefinition;
import io.quorate.testkit.crash.CrashPoints;
import io.quorate.testkit.crash.CrashReport;
import io.quorate.testkit.crash.Fault;
import io.quorate.testkit.crash.Verifies;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The very saga the shop runs dies at every append and every message. */
@Verifies({
  "INV-tx-A",
  "INV-tx-B",
  "INV-tx-C",
  "INV-tx-D",
  "INV-tx-E",
  "INV-tx-F",
  "INV-tx-G",
  "INV-tx-H",
  "INV-tx-I"
})
final class PlaceOrderCrashTest {
  private static final Order ORDER = Order.newBuilder().setId("order-1").build();

  /** Never connected: the engine brings participants of its own. */
  private final Map<Department, ManagedChannel> channels =
      Arrays.stream(Department.values())
          .collect(
              Collectors.toMap(
                  Function.identity(),
                  department -> ManagedChannelBuilder.forAddress("localhost", 1).build()));

  private final SagaDefinition<Order> placeOrder = new PlaceOrder(channels).definition();

  @AfterEach
  void close() {
    channels.values().forEach(ManagedChannel::shutdownNow);
  }

  private CrashPoints points() {
    // Behind the capture the shop never gives up: a refusal there would be asked again for ever.
    return CrashPoints.of(placeOrder.protocol(), placeOrder.input().encode(ORDER))
        .without(Fault.REFUSAL);
  }

  @Test
  void placing_an_order_survives_every_single_fault() {
    CrashReport report = points().faultsMax(1).exhaust();
    System.out.println(report);
    assertThat(report.crashPoints()).as("went where crashes hurt").isGreaterThan(10);
    assertThat(report.ends()).containsKeys("done", "undone");
  }

  @Test
  void placing_an_order_survives_several_faults_drawn_by_seed() {
    CrashReport report = points().faultsMax(4).mishapsMax(2).sample(3_000);
    System.out.println(report);
    assertThat(report.ends()).containsKeys("done", "undone");
  }
}
