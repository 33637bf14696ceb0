/**
 * What goes wrong. {@link io.quorate.raftsim.fault.Faults} says how often, a seed its own; {@link
 * io.quorate.raftsim.fault.Chaos} does it, and ends it.
 */
@NullMarked
package io.quorate.raftsim.fault;

import org.jspecify.annotations.NullMarked;
