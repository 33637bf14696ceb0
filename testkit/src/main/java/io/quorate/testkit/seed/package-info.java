/**
 * Properties checked for many seeds. {@link io.quorate.testkit.seed.Seeds} runs a property once per
 * seed, hands it a {@link io.quorate.testkit.seed.SeededRandom}, and on failure names the seed that
 * repeats it and the shortest list of events that still fails.
 */
@NullMarked
package io.quorate.testkit.seed;

import org.jspecify.annotations.NullMarked;
