/**
 * The command {@code bench}: {@link io.quorate.benchmarks.Bench} reads a {@link
 * io.quorate.benchmarks.CommandLine}, finds the benchmark in the {@link
 * io.quorate.benchmarks.Catalog}, has {@code run} or {@code forces} or {@code jmh} carry it out,
 * and {@code report} print and store it.
 */
@NullMarked
package io.quorate.benchmarks;

import org.jspecify.annotations.NullMarked;
