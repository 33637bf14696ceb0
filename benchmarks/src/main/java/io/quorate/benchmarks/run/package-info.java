/**
 * Side-by-side runs. {@link io.quorate.benchmarks.run.SideBySide} takes the {@link
 * io.quorate.benchmarks.run.SubjectSpec}s of a {@link io.quorate.benchmarks.run.Benchmark} in turn,
 * round by round as the {@link io.quorate.benchmarks.run.Schedule} says, each in a process of its
 * own made by {@link io.quorate.benchmarks.run.Forks}, and keeps every sample.
 */
@NullMarked
package io.quorate.benchmarks.run;

import org.jspecify.annotations.NullMarked;
