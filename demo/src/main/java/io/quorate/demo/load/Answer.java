package io.quorate.demo.load;

import io.quorate.demo.wire.Order;
import io.quorate.demo.wire.Placed;

/**
 * What a client was told in the end about an order it had placed.
 *
 * @param order what it had placed
 * @param result any but {@code PENDING}
 * @param why as the coordinator says it
 * @param nanos from the first call to the answer
 * @param calls how many calls it took
 */
public record Answer(Order order, Placed.Result result, String why, long nanos, int calls) {}
