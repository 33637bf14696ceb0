/**
 * What a benchmark leaves: a {@link io.quorate.benchmarks.report.Report} of {@link
 * io.quorate.benchmarks.report.Row}s and {@link io.quorate.benchmarks.report.Ratio}s with the
 * {@link io.quorate.benchmarks.report.Machine} they were taken on, as JSON and as tables for
 * people.
 */
@NullMarked
package io.quorate.benchmarks.report;

import org.jspecify.annotations.NullMarked;
