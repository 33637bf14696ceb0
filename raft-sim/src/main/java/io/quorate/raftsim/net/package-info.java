/**
 * A network that fails by seed. A {@link io.quorate.raftsim.net.SimNetwork} carries what a {@link
 * io.quorate.raftsim.net.SimTransport} is given to an {@link io.quorate.raftsim.net.Endpoint}, or
 * not: {@link io.quorate.raftsim.net.NetworkHabits} and {@link io.quorate.raftsim.net.Links} say
 * how.
 */
@NullMarked
package io.quorate.raftsim.net;

import org.jspecify.annotations.NullMarked;
