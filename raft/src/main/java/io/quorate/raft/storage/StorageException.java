package io.quorate.raft.storage;

import org.jspecify.annotations.Nullable;

/** What the storage of groups reports about the world; each kind says what to do next. */
public abstract sealed class StorageException extends RuntimeException
    permits StorageFailedException,
        StoreFullException,
        StoreFormatException,
        EntriesGoneException,
        SnapshotDamagedException,
        SnapshotStorageException,
        VoteLostException {
  private static final long serialVersionUID = 1;

  StorageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
