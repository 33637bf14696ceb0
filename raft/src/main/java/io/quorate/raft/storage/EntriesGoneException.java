package io.quorate.raft.storage;

import org.jspecify.annotations.Nullable;

/** Entries that were asked for cannot be had, now or later. */
public final class EntriesGoneException extends StorageException {
  private static final long serialVersionUID = 1;

  /** Why they cannot. */
  public enum Reason {
    /** A snapshot has taken their place: send that. */
    COMPACTED,
    /** They are not in the log: truncated, or never there. */
    NOT_IN_LOG,
    /** Their bytes have rotted since the store was opened: another node has them. */
    DAMAGED
  }

  private final Reason reason;

  EntriesGoneException(
      long firstIndex, long lastIndex, Reason reason, String rule, @Nullable Throwable cause) {
    super(
        "entries: %d..%d are gone, %s (expected: %s)"
            .formatted(firstIndex, lastIndex, reason, rule),
        cause);
    this.reason = reason;
  }

  /** Why they cannot be had. */
  public Reason reason() {
    return reason;
  }
}
