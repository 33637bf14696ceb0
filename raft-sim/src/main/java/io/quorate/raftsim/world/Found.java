package io.quorate.raftsim.world;

/**
 * A rule that was broken.
 *
 * @param invariant which
 * @param what by what
 * @param atNanos when, in virtual time
 */
public record Found(String invariant, String what, long atNanos) {}
