package io.quorate.raft.storage;

/**
 * The disk of the snapshots says no. The snapshots that were there still are; the one that was
 * being written or received is not, and may be begun again.
 */
public final class SnapshotStorageException extends StorageException {
  private static final long serialVersionUID = 1;

  SnapshotStorageException(String disk, String doing, Throwable cause) {
    super(
        "%s: cannot %s: %s (expected: a disk that reads and writes)".formatted(disk, doing, cause),
        cause);
  }
}
