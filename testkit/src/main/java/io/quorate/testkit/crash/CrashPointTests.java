package io.quorate.testkit.crash;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * One JUnit test for each kind of fault, so that a report shows which ones a protocol survives:
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> placing_an_order_survives() {
 *   return CrashPointTests.of(CrashPoints.of(placeOrder.protocol(), input));
 * }
 * }</pre>
 */
public final class CrashPointTests {
  private CrashPointTests() {}

  /**
   * For each {@link Fault} that {@code points} allows, a test that lets it strike, together with
   * refusals and requests to cancel.
   */
  public static Stream<DynamicTest> of(CrashPoints points) {
    return Arrays.stream(Fault.values())
        .filter(points.settings().faults()::contains)
        .map(fault -> DynamicTest.dynamicTest(name(fault), () -> alone(points, fault).exhaust()));
  }

  private static CrashPoints alone(CrashPoints points, Fault fault) {
    EnumSet<Fault> faults = EnumSet.of(fault);
    for (Fault turn : points.settings().faults()) {
      if (turn.kind() == Fault.Kind.TURN) {
        faults.add(turn);
      }
    }
    return points.only(faults);
  }

  private static String name(Fault fault) {
    return fault.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
  }
}
