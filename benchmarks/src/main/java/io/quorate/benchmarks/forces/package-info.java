/**
 * How often a unit of work makes a disk force its cache. {@link
 * io.quorate.benchmarks.forces.ForceCount} runs a subject twice with different numbers of units and
 * divides the difference, so that opening and closing do not count.
 */
@NullMarked
package io.quorate.benchmarks.forces;

import org.jspecify.annotations.NullMarked;
