package io.quorate.testkit.linearizability;

import java.util.List;

/**
 * As far as a search came: an order of operations that the model accepts and that agrees with real
 * time, behind which none of those that could be next fits.
 *
 * @param order the operations placed, first to last; unknown ones among them took effect
 * @param state the state behind them, as the model prints it
 * @param refused the known operations that could be next by their times, and do not fit the state;
 *     never empty
 */
public record Prefix(List<Operation> order, String state, List<Operation> refused) {
  /** Takes copies. */
  public Prefix {
    order = List.copyOf(order);
    refused = List.copyOf(refused);
  }
}
