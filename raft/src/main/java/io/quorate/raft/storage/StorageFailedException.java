package io.quorate.raft.storage;

/**
 * A write to the disk failed. What was durable stays so; whether anything later is, is <em>not
 * known</em>, and no group of this store writes any more. Tell each core {@link
 * io.quorate.raft.core.Input.StorageFailed}, close the store, check the disk, open it again.
 */
public final class StorageFailedException extends StorageException {
  private static final long serialVersionUID = 1;

  StorageFailedException(String disk, Throwable cause) {
    super(
        "%s: a write failed: %s (expected: none); close the store, check the disk, open it again"
            .formatted(disk, cause),
        cause);
  }
}
