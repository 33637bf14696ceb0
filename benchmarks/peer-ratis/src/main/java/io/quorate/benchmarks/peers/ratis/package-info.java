/**
 * Apache Ratis under the harness: {@link io.quorate.benchmarks.peers.ratis.RatisGroup} runs three
 * servers of one group, whose state machine is a {@link io.quorate.benchmarks.peers.ratis.Counter};
 * {@link io.quorate.benchmarks.peers.ratis.Settings} says what differs from its defaults, and why.
 */
@NullMarked
package io.quorate.benchmarks.peers.ratis;

import org.jspecify.annotations.NullMarked;
