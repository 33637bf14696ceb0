/**
 * JMH benchmarks of the hot paths, and {@link io.quorate.benchmarks.jmh.JmhRuns}, which runs them
 * and turns their results into the same report as every other benchmark.
 */
@NullMarked
package io.quorate.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
