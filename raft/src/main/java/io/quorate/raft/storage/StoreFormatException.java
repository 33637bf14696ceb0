package io.quorate.raft.storage;

/** A newer release wrote this, or another program. Nothing was changed; open it with that one. */
public final class StoreFormatException extends StorageException {
  private static final long serialVersionUID = 1;

  StoreFormatException(String disk, String field, Object value, String rule) {
    super("%s: %s: %s (expected: %s)".formatted(disk, field, value, rule), null);
  }
}
