package io.quorate.raft.storage;

import io.quorate.core.wal.LostRange;
import io.quorate.core.wal.WalContents;
import io.quorate.core.wal.WalRecord;
import io.quorate.raft.codec.CodecException;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.Payload;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Reads the log of the disk once, before anything of it is changed, and sorts what is there, and
 * what is not, by group. A stretch that cannot be read touches the groups of the records that are
 * still known by their headers; where any of it is unknown, it may touch all.
 */
final class StoreReplay implements Consumer<WalContents> {
  private final String disk;
  private final TreeMap<Integer, GroupEvents> groups = new TreeMap<>();
  private final List<LogEvent.Unknown> unknown = new ArrayList<>();

  /** Stands for the bytes of all commands, which are not kept. */
  private ByteBuffer zeros = ByteBuffer.allocate(0);

  private long storePosition = -1;
  private int nextLost;

  StoreReplay(String disk) {
    this.disk = disk;
  }

  @Override
  public void accept(WalContents contents) {
    List<LostRange> lost = contents.recovery().lost();
    contents.replay(
        found -> {
          loseBefore(found.start(), lost);
          take(found);
          return true;
        });
    loseBefore(Long.MAX_VALUE, lost);
    zeros = ByteBuffer.allocate(0);
  }

  private void loseBefore(long position, List<LostRange> lost) {
    while (nextLost < lost.size() && lost.get(nextLost).start() < position) {
      lose(lost.get(nextLost));
      nextLost++;
    }
  }

  private void lose(LostRange range) {
    long at = range.start();
    for (LostRange.Name name : range.named()) {
      loseAnything(at, name.start());
      if (name.type() != StoreRecords.STORE) {
        group(name.stream()).lose(name);
      }
      at = name.end();
    }
    loseAnything(at, range.end());
  }

  private void loseAnything(long start, long end) {
    if (end - start < StoreRecords.BYTES_MIN) {
      return; // Nothing, or a seal of the log.
    }
    unknown.add(new LogEvent.Unknown(start, end));
    groups.values().forEach(group -> group.loseAnything(start, end));
  }

  private void take(WalRecord found) {
    try {
      if (found.type() != StoreRecords.STORE) {
        group(found.stream()).take(found);
      } else if (found.word0() != StoreRecords.MAGIC || found.word1() != StoreRecords.VERSION) {
        throw new CodecException("version", found.word1(), "" + StoreRecords.VERSION);
      } else {
        storePosition = found.start();
      }
    } catch (CodecException strange) {
      throw new StoreFormatException(
          disk, "record at " + found.start(), "" + strange.getMessage(), "one of this release");
    }
  }

  /** What there is of a group; a new one where there is nothing. */
  GroupEvents group(int number) {
    return groups.computeIfAbsent(
        number,
        any -> {
          GroupEvents events = new GroupEvents(this::withoutBytes);
          unknown.forEach(each -> events.loseAnything(each.start(), each.end()));
          return events;
        });
  }

  /** Takes a group out of it. */
  GroupEvents remove(int number) {
    GroupEvents events = group(number);
    groups.remove(number);
    return events;
  }

  /** Those not yet taken out. */
  Map<Integer, GroupEvents> groups() {
    return groups;
  }

  /** Where the record of the format lies; -1 where there is none. */
  long storePosition() {
    return storePosition;
  }

  private EntryBatch withoutBytes(EntryBatch batch) {
    if (!(batch.payload() instanceof Payload.Commands commands)) {
      return batch;
    }
    int length = commands.sizeBytes();
    if (zeros.capacity() < length) {
      zeros = ByteBuffer.allocate(Math.max(length, 2 * zeros.capacity()));
    }
    Payload same = new Payload.Commands(commands.count(), zeros.slice(0, length));
    return new EntryBatch(batch.term(), batch.firstIndex(), same);
  }
}
