/**
 * Whole groups in virtual time, by seed. {@link io.quorate.raftsim.RaftSimulation} runs a state
 * machine, a {@link io.quorate.raftsim.Workload} and faults; {@link io.quorate.raftsim.Simulate}
 * runs many seeds.
 */
@NullMarked
package io.quorate.raftsim;

import org.jspecify.annotations.NullMarked;
