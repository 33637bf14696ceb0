/**
 * Faults between processes without root: each directed link of a group is a {@link
 * io.quorate.raftsim.soak.link.LinkProxy} that forwards TCP, late, not at all, or not any more.
 */
@NullMarked
package io.quorate.raftsim.soak.link;

import org.jspecify.annotations.NullMarked;
