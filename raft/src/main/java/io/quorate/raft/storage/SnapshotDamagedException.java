package io.quorate.raft.storage;

/**
 * A snapshot's bytes are not those that were written. Nothing behind the damage was handed out, and
 * what was handed out before must not be used: take an older snapshot, or another node's.
 */
public final class SnapshotDamagedException extends StorageException {
  private static final long serialVersionUID = 1;

  SnapshotDamagedException(String file, String field, Object value, String rule) {
    super("%s: %s: %s (expected: %s)".formatted(file, field, value, rule), null);
  }
}
