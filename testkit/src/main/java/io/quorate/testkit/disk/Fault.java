package io.quorate.testkit.disk;

import java.util.concurrent.CountDownLatch;

/** What happens to an {@link Operation}. */
public sealed interface Fault {

  /** What it should. */
  record None() implements Fault {}

  /**
   * It fails, as with EIO. A failed force has dropped its bytes as Linux does: they can be read
   * until the power goes, and no later force makes them durable unless they are written again.
   *
   * @param keptBytes for a write: how many of its first bytes were written all the same
   */
  record Fail(int keptBytes) implements Fault {}

  /**
   * The machine stops: this and everything after it fails.
   *
   * @param keptBytes for a write: how many of its first bytes were written before
   */
  record PowerLoss(int keptBytes) implements Fault {}

  /** A force or directory sync says yes and does nothing: a drive that lies about its cache. */
  record Lie() implements Fault {}

  /** It takes until the latch opens, and then happens. */
  record Stall(CountDownLatch until) implements Fault {}

  /** Nothing goes wrong. */
  Fault NONE = new None();
}
