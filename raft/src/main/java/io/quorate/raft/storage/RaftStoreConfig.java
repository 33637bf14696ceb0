package io.quorate.raft.storage;

import static java.util.Objects.requireNonNull;

import io.quorate.core.wal.WalConfig;

/**
 * How the storage of a node's groups works.
 *
 * @param wal the log's; rot is always reported, never refused, whatever it says. Default {@link
 *     WalConfig#defaults}. A batch of entries takes {@link
 *     io.quorate.raft.codec.BatchCodec#HEADER_BYTES} more than its payload and must fit {@code
 *     recordBytesMax}
 * @param cacheBytesMax how many bytes of recent batches a group keeps in memory, payloads and 32
 *     bytes each; default 16 MiB, 0 and more. What is not durable yet is kept beyond that: at most
 *     twice {@code wal.queueBytesMax()} over all groups
 */
public record RaftStoreConfig(WalConfig wal, long cacheBytesMax) {
  public RaftStoreConfig {
    requireNonNull(wal, "wal");
    if (cacheBytesMax < 0) {
      throw new IllegalArgumentException("cacheBytesMax: " + cacheBytesMax + " (expected: >= 0)");
    }
    wal = wal.onRot(WalConfig.OnRot.REPORT);
  }

  /** 64 MiB segments, 16 MiB of recent batches for each group. */
  public static RaftStoreConfig defaults() {
    return new RaftStoreConfig(WalConfig.defaults(), 16L << 20);
  }

  /** The same with another log. */
  public RaftStoreConfig wal(WalConfig wal) {
    return new RaftStoreConfig(wal, cacheBytesMax);
  }

  /** The same with another bound of the cache, in bytes. */
  public RaftStoreConfig cacheBytesMax(long cacheBytesMax) {
    return new RaftStoreConfig(wal, cacheBytesMax);
  }
}
