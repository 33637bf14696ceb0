package io.quorate.demo.check;

/**
 * Whether a promise was kept.
 *
 * @param promise what must hold
 * @param figures what was found, in numbers, and examples where it does not hold
 * @param holds whether it does
 */
public record Finding(String promise, String figures, boolean holds) {}
