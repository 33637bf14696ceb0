package io.quorate.raft.transport;

import org.jspecify.annotations.Nullable;

/** A node could not be reached, or not be listened for. */
public final class TransportException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean delivered;

  /**
   * @param delivered whether the other side may have got, and acted on, what was sent
   * @param message what failed, and what to do next
   * @param cause why, if known
   */
  public TransportException(boolean delivered, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.delivered = delivered;
  }

  /** Whether the other side may have got, and acted on, what was sent. */
  public boolean mayHaveBeenDelivered() {
    return delivered;
  }
}
