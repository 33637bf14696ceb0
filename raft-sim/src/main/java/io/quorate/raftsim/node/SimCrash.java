package io.quorate.raftsim.node;

/** Thrown where a node crashes in the middle of a step, so that nothing after it is done. */
final class SimCrash extends Error {
  private static final long serialVersionUID = 1;

  SimCrash() {
    super("crashed", null, false, false);
  }
}
