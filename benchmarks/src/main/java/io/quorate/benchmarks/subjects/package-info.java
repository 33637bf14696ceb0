/**
 * Subjects that run with this module's own class path: ours, and the floors they are held against,
 * which are what a careful programmer writes without a library.
 */
@NullMarked
package io.quorate.benchmarks.subjects;

import org.jspecify.annotations.NullMarked;
