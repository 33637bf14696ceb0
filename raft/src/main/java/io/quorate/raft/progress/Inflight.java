package io.quorate.raft.progress;

/**
 * The messages with entries that are under way to a follower, bounded in number and in bytes. A
 * ring; not safe for use by several threads.
 */
final class Inflight {
  private final int messagesMax;
  private final long bytesMax;

  /** Of each message, the last entry in it and its bytes; grown on demand. */
  private long[] lasts = new long[4];

  private long[] sizes = new long[4];
  private int from;
  private int count;
  private long bytes;

  Inflight(int messagesMax, long bytesMax) {
    this.messagesMax = messagesMax;
    this.bytesMax = bytesMax;
  }

  boolean isFull() {
    return count >= messagesMax || bytes >= bytesMax;
  }

  int count() {
    return count;
  }

  long bytes() {
    return bytes;
  }

  void add(long lastIndex, long sizeBytes) {
    if (count == lasts.length) {
      grow();
    }
    int at = (from + count) % lasts.length;
    lasts[at] = lastIndex;
    sizes[at] = sizeBytes;
    count++;
    bytes += sizeBytes;
  }

  /** Those that end at or before an entry have arrived. */
  void freeTo(long index) {
    while (count > 0 && lasts[from] <= index) {
      bytes -= sizes[from];
      from = (from + 1) % lasts.length;
      count--;
    }
  }

  void clear() {
    from = 0;
    count = 0;
    bytes = 0;
  }

  private void grow() {
    long[] moreLasts = new long[lasts.length * 2];
    long[] moreSizes = new long[lasts.length * 2];
    for (int i = 0; i < count; i++) {
      moreLasts[i] = lasts[(from + i) % lasts.length];
      moreSizes[i] = sizes[(from + i) % sizes.length];
    }
    lasts = moreLasts;
    sizes = moreSizes;
    from = 0;
  }
}
