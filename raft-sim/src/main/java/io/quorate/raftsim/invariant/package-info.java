/**
 * What must be true whatever happens. Each {@link io.quorate.raftsim.invariant.Invariant} is one
 * sentence of the papers; the {@link io.quorate.raftsim.invariant.Judge} tells all of them of each
 * thing as it happens.
 */
@NullMarked
package io.quorate.raftsim.invariant;

import org.jspecify.annotations.NullMarked;
