package io.quorate.core.wal;

import java.io.IOException;

/** A {@link Disk} has a living owner. */
public final class DiskOwnedException extends IOException {
  private static final long serialVersionUID = 1;

  private final String owner;

  /**
   * @param owner what the owner left about itself, for people to read
   */
  public DiskOwnedException(String owner) {
    super("owned by " + owner);
    this.owner = owner;
  }

  /** What the owner left about itself, for people to read. */
  public String owner() {
    return owner;
  }
}
