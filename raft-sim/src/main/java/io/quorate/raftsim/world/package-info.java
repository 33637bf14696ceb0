/**
 * Virtual time by seed. A {@link io.quorate.raftsim.world.World} holds what is to happen and hands
 * out random numbers by concern; its {@link io.quorate.raftsim.world.Trace} notes what has
 * happened.
 */
@NullMarked
package io.quorate.raftsim.world;

import org.jspecify.annotations.NullMarked;
