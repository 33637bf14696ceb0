/**
 * What runs inside a measured process. {@link io.quorate.benchmarks.kit.ForkMain} reads a {@link
 * io.quorate.benchmarks.kit.ForkSpec}, opens its {@link io.quorate.benchmarks.kit.Subject}, puts
 * each {@link io.quorate.benchmarks.kit.Load} on it with a {@link
 * io.quorate.benchmarks.kit.LoadGenerator} and reports a {@link io.quorate.benchmarks.kit.Sample}
 * per load. A {@link io.quorate.benchmarks.kit.RaftSubject} is proposed to by a {@link
 * io.quorate.benchmarks.kit.ProposalDriver}. Subjects of other projects live in modules of their
 * own and know this package only.
 */
@NullMarked
package io.quorate.benchmarks.kit;

import org.jspecify.annotations.NullMarked;
