package io.quorate.raft.transport.grpc;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The snapshots that are being received: one for a group and a sender. A sender that begins anew
 * may be ahead of the news that its last attempt broke. Safe for use by many threads.
 */
final class Downloads {
  private record Key(long from, int group) {}

  private final ConcurrentMap<Key, SnapshotDownload> current = new ConcurrentHashMap<>();

  /** Takes the place; done once whoever had it has let go of its sink. */
  CompletableFuture<Void> enter(long from, int group, SnapshotDownload download) {
    SnapshotDownload before = current.put(new Key(from, group), download);
    return before == null ? CompletableFuture.completedFuture(null) : before.giveWay();
  }

  void leave(long from, int group, SnapshotDownload download) {
    current.remove(new Key(from, group), download);
  }
}
