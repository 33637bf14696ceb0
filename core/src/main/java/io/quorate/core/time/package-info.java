/**
 * Time that only moves forward. {@link io.quorate.core.time.Ticker} measures durations, {@link
 * io.quorate.core.time.Timers} runs something later; both have a system form and a simulated one,
 * so that no protocol reads a wall clock.
 */
@NullMarked
package io.quorate.core.time;

import org.jspecify.annotations.NullMarked;
