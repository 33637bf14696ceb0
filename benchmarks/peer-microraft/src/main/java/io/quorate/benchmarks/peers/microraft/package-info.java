/**
 * MicroRaft under the harness: {@link io.quorate.benchmarks.peers.microraft.MicroRaftGroup} runs
 * three nodes that pass each other objects; they keep their logs in memory only, or in SQLite
 * through an {@link io.quorate.benchmarks.peers.microraft.EntryBytes}.
 */
@NullMarked
package io.quorate.benchmarks.peers.microraft;

import org.jspecify.annotations.NullMarked;
