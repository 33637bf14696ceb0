package io.quorate.raft.storage;

import io.quorate.core.wal.WalClosedException;
import io.quorate.core.wal.WalCorruptException;
import io.quorate.core.wal.WalRecord;
import io.quorate.core.wal.WalUnavailableException;
import io.quorate.core.wal.WriteAheadLog;
import io.quorate.raft.codec.BatchCodec;
import io.quorate.raft.codec.CodecException;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.storage.EntriesGoneException.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Batches of a group as they were in its log when {@link GroupStore#range} was called: some in
 * memory, the others known by where they lie on the disk.
 *
 * <p>May be handed to another thread, once, so that the disk is not read on the group's. What is
 * read is what the log held then: a truncation meanwhile does not show, so entries read late may be
 * sent only while the node still leads the same term.
 */
public final class EntryRange {
  /** Records of other groups in between are read over if they are no more than this, in bytes. */
  private static final long SKIP_BYTES_MAX = 64 << 10;

  /** A batch, or where it lies. */
  record Part(long firstIndex, long term, long start, @Nullable EntryBatch batch) {}

  private final WriteAheadLog wal;
  private final int group;
  private final long lastIndex;
  private final Part[] parts;

  EntryRange(WriteAheadLog wal, int group, long lastIndex, Part[] parts) {
    this.wal = wal;
    this.group = group;
    this.lastIndex = lastIndex;
    this.parts = parts;
  }

  /** Whether all of it is in memory, so that {@link #read} does not touch the disk. */
  public boolean isCached() {
    for (Part part : parts) {
      if (part.batch == null) {
        return false;
      }
    }
    return true;
  }

  /**
   * The batches, in order.
   *
   * @throws EntriesGoneException the log was compacted meanwhile, or the bytes have rotted
   * @throws StorageFailedException the disk cannot be read, or the store is closed
   */
  public List<EntryBatch> read() {
    List<EntryBatch> batches = new ArrayList<>(parts.length);
    int at = 0;
    while (at < parts.length) {
      EntryBatch cached = parts[at].batch;
      if (cached != null) {
        batches.add(cached);
        at++;
      } else {
        at = readRun(at, batches);
      }
    }
    return batches;
  }

  /** Reads the run of batches from {@code begin} on that lie close together. */
  private int readRun(int begin, List<EntryBatch> batches) {
    int[] next = {begin};
    try {
      wal.replay(
          parts[begin].start,
          found -> {
            Part wanted = parts[next[0]];
            if (found.start() == wanted.start) {
              batches.add(decoded(found, wanted));
              next[0]++;
              return next[0] < parts.length && isNear(parts[next[0]], found.end());
            }
            return found.start() < wanted.start;
          });
    } catch (IllegalArgumentException truncated) {
      throw gone(next[0], Reason.COMPACTED, truncated);
    } catch (WalCorruptException | CodecException rotten) {
      throw gone(next[0], Reason.DAMAGED, rotten);
    } catch (WalUnavailableException e) {
      if (wal.firstPosition() > parts[next[0]].start) {
        throw gone(next[0], Reason.COMPACTED, e);
      }
      throw new StorageFailedException("group " + group, e);
    } catch (WalClosedException closed) {
      throw new StorageFailedException("group " + group, closed);
    }
    if (next[0] == begin) {
      throw gone(begin, Reason.DAMAGED, null);
    }
    return next[0];
  }

  private static boolean isNear(Part part, long position) {
    return part.batch == null && part.start - position <= SKIP_BYTES_MAX;
  }

  private EntryBatch decoded(WalRecord found, Part wanted) {
    EntryBatch batch = BatchCodec.decodeWhole(ByteBuffer.wrap(found.payload()));
    if (found.type() != StoreRecords.BATCH
        || found.stream() != group
        || batch.firstIndex() != wanted.firstIndex
        || batch.term() != wanted.term) {
      throw new CodecException(
          "record", found, "batch %d of term %d".formatted(wanted.firstIndex, wanted.term));
    }
    return batch;
  }

  private EntriesGoneException gone(int at, Reason reason, @Nullable Throwable cause) {
    return new EntriesGoneException(
        parts[at].firstIndex, lastIndex, reason, "batches where they were written", cause);
  }
}
