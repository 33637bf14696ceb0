package io.quorate.raft.core;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Until when no other node can have become leader:
 *
 * <pre>
 *   until = sent(r) + electionTimeout / (1 + clockDriftMax),    r the last round a quorum has answered
 * </pre>
 *
 * <p>Whoever answered round r heard it after it was sent, and votes for nobody for an election
 * timeout of its own clock. A pause of this process ends the lease by itself, since time goes on.
 * Source: thesis §6.4.1.
 */
final class Lease {
  private record Sent(long round, long at) {}

  private final CoreState state;
  private final Deque<Sent> sent = new ArrayDeque<>();
  private final long lengthNanos;
  private long untilNanos = Long.MIN_VALUE;
  private boolean given;

  Lease(CoreState state) {
    this.state = state;
    lengthNanos = (long) (state.electionNanos() / (1 + state.config.clockDriftMax()));
  }

  void sent(long round) {
    sent.add(new Sent(round, state.now));
  }

  void confirmed(long round) {
    while (!sent.isEmpty() && sent.peek().round <= round) {
      untilNanos = sent.remove().at + lengthNanos;
    }
  }

  /**
   * Another node was told to take over: it may do so at any time, however late the message comes,
   * so there is no lease for the rest of this term.
   */
  void giveUp() {
    given = true;
  }

  boolean isHeld() {
    return state.config.leases() == CoreConfig.Leases.ON
        && !given
        && untilNanos != Long.MIN_VALUE
        && state.now - untilNanos < 0;
  }
}
