/**
 * Nodes. A {@link io.quorate.raftsim.node.SimNode} runs a real replica on lanes of virtual time,
 * and crashes between any two tasks and before any effect.
 */
@NullMarked
package io.quorate.raftsim.node;

import org.jspecify.annotations.NullMarked;
