package io.quorate.raft;

import io.quorate.raft.transport.TransportException;
import java.util.concurrent.CompletionException;

/** What is known of a proposal whose forwarding failed. */
final class Forwarded {
  private Forwarded() {}

  /** What a future failed with, without what was wrapped around it on the way. */
  static Throwable cause(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : null;
    return cause == null ? failure : cause;
  }

  static RaftException outcome(RaftException.Refused refused, Throwable failure) {
    Throwable cause = cause(failure);
    if (cause instanceof TransportException transport && !transport.mayHaveBeenDelivered()) {
      return refused;
    }
    return new RaftException.Unknown(
        "forwarded to node %d, and no answer came".formatted(refused.leader()), cause);
  }
}
