/**
 * The workload the simulator itself is run with: registers with versions, whose every answer can be
 * judged at once.
 */
@NullMarked
package io.quorate.raftsim.register;

import org.jspecify.annotations.NullMarked;
