/**
 * SOFAJRaft under the harness: {@link io.quorate.benchmarks.peers.jraft.JRaftGroup} runs three
 * nodes of one group, whose state machine is a {@link io.quorate.benchmarks.peers.jraft.Counter}.
 */
@NullMarked
package io.quorate.benchmarks.peers.jraft;

import org.jspecify.annotations.NullMarked;
