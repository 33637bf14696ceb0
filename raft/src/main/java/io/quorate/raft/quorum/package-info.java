/**
 * Who is enough: pure functions over sets of voters. {@link io.quorate.raft.quorum.JointQuorum}
 * asks its two {@link io.quorate.raft.quorum.Majority majorities}, each a {@link
 * io.quorate.raft.quorum.NodeIds set of nodes}, what votes and acknowledgements amount to.
 */
@NullMarked
package io.quorate.raft.quorum;

import org.jspecify.annotations.NullMarked;
