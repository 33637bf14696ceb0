/**
 * The coordinator's process. {@link io.quorate.demo.order.PlaceOrder} is the saga, {@link
 * io.quorate.demo.order.OrderService} what clients call, {@link io.quorate.demo.order.OrderMain}
 * the process that runs both on a file log. It may be killed at any moment: all it knows is in the
 * log.
 */
@NullMarked
package io.quorate.demo.order;

import org.jspecify.annotations.NullMarked;
