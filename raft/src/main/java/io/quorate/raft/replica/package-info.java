/**
 * One node of one group, put together: {@link io.quorate.raft.replica.Replica} drives a consensus
 * core, has its writes done by a {@link io.quorate.raft.replica.ReplicaStore}, its snapshots kept
 * by a {@link io.quorate.raft.replica.SnapshotVault}, its messages carried by a transport, and its
 * commands applied by a state machine. It starts no thread: a runtime gives it {@link
 * io.quorate.raft.replica.Lanes}, and so does a simulator.
 */
@NullMarked
package io.quorate.raft.replica;

import org.jspecify.annotations.NullMarked;
