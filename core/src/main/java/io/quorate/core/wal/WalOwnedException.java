package io.quorate.core.wal;

/** Another owner has the log open. Stop that one; its lock ends with its process. */
public final class WalOwnedException extends WalException {
  private static final long serialVersionUID = 1;

  private final String owner;

  WalOwnedException(String directory, String owner, Throwable cause) {
    super(
        "%s: owned by %s (expected: no living owner); close it or stop that process"
            .formatted(directory, owner),
        cause);
    this.owner = owner;
  }

  /** Process, host and since when, as the owner wrote it. */
  public String owner() {
    return owner;
  }
}
