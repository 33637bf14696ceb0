/**
 * The child process of a soak: one real server, served to clients line by line ({@link
 * io.quorate.raftsim.soak.node.SoakNode}), with a state machine that digests all it was ever given
 * and a disk that can be slow.
 */
@NullMarked
package io.quorate.raftsim.soak.node;

import org.jspecify.annotations.NullMarked;
