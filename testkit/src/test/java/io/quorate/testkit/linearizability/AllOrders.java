package io.quorate.testkit.linearizability;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The definition of linearizability as it stands: tries every order of every choice of operations,
 * with no memory and no cleverness, and a register of its own.
 */
final class AllOrders {
  private AllOrders() {}

  static boolean isLinearizable(List<Operation> operations) {
    List<Operation> left =
        operations.stream().filter(each -> each.outcome() != Operation.Outcome.FAILED).toList();
    return canComplete(left, null);
  }

  private static boolean canComplete(List<Operation> left, @Nullable Object value) {
    if (left.stream().allMatch(Operation::isUnknown)) {
      return true;
    }
    for (Operation next : left) {
      boolean tooEarly =
          left.stream().anyMatch(each -> !each.isUnknown() && returned(each) < next.startNanos());
      if (!tooEarly && isAnswer(next, value)) {
        List<Operation> rest = new ArrayList<>(left);
        rest.remove(next);
        if (canComplete(rest, after(next, value))) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether an order is one: the answers are right, and nothing stands before its time. */
  static boolean isOrder(List<Operation> order) {
    Object value = null;
    long latestCall = Long.MIN_VALUE;
    for (Operation each : order) {
      latestCall = Math.max(latestCall, each.startNanos());
      if (!isAnswer(each, value) || (!each.isUnknown() && returned(each) < latestCall)) {
        return false;
      }
      value = after(each, value);
    }
    return true;
  }

  private static boolean isAnswer(Operation operation, @Nullable Object value) {
    if (operation.isUnknown() || operation.op().equals("put")) {
      return true;
    }
    return operation.op().equals("get")
        ? Objects.equals(operation.result(), value)
        : Objects.equals(operation.result(), Objects.equals(operation.expected(), value));
  }

  private static @Nullable Object after(Operation operation, @Nullable Object value) {
    return switch (operation.op()) {
      case "put" -> operation.argument();
      case "cas" -> Objects.equals(operation.expected(), value) ? operation.argument() : value;
      default -> value;
    };
  }

  private static long returned(Operation operation) {
    return Objects.requireNonNull(operation.endNanos());
  }
}
