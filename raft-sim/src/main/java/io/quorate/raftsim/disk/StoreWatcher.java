package io.quorate.raftsim.disk;

import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.SnapshotMark;

/** Looks on while a node writes. */
public interface StoreWatcher {

  /** Before each effect on the store: where a crash may come. */
  void beforeEffect();

  /** A batch is about to be appended behind what is written. */
  void onAppend(EntryBatch batch);

  /** Entries are about to be dropped. */
  void onTruncate(long firstIndex);

  /** A snapshot is about to take the log's place. */
  void onInstall(SnapshotMark mark);
}
