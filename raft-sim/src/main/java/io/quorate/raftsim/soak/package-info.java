/**
 * Whole groups as real processes on real disks under load, while they are killed, paused, cut off
 * and slowed down; then a verdict ({@link io.quorate.raftsim.soak.Soak}).
 */
@NullMarked
package io.quorate.raftsim.soak;

import org.jspecify.annotations.NullMarked;
