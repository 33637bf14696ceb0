package io.quorate.raft.storage;

/**
 * The disk has no room for this write. Nothing was changed: the write may be given again, from the
 * reserve or once there is room. Stop taking proposals and entries while {@link RaftStore#hasRoom}
 * says no; compact, or free space.
 */
public final class StoreFullException extends StorageException {
  private static final long serialVersionUID = 1;

  StoreFullException(String disk, Throwable cause) {
    super(
        "%s: no room (expected: room for entries); compact, or free space: %s"
            .formatted(disk, cause.getMessage()),
        cause);
  }
}
