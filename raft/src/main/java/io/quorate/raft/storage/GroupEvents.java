package io.quorate.raft.storage;

import io.quorate.core.wal.LostRange;
import io.quorate.core.wal.WalRecord;
import io.quorate.raft.codec.BatchCodec;
import io.quorate.raft.codec.CodecException;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.SnapshotMark;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What the log of the disk says about one group, gathered front to back. */
final class GroupEvents {
  private final UnaryOperator<EntryBatch> withoutBytes;
  private final ArrayDeque<LogEvent> events = new ArrayDeque<>();

  private GroupState state = GroupState.NEW;
  private @Nullable SnapshotMark snapshot;
  private boolean known;

  /** Whether nothing of the state that came after the last readable one is lost. */
  private boolean stateWhole;

  /** Whether, of a state that is lost, at least term and vote are known. */
  private boolean voteKnown;

  /**
   * @param withoutBytes gives a batch of the same size that holds on to no bytes
   */
  GroupEvents(UnaryOperator<EntryBatch> withoutBytes) {
    this.withoutBytes = withoutBytes;
  }

  /**
   * Takes a record of the group.
   *
   * @throws CodecException this release cannot have written it
   */
  void take(WalRecord found) {
    known = true;
    ByteBuffer payload = ByteBuffer.wrap(found.payload());
    switch (found.type()) {
      case StoreRecords.STATE ->
          takeState(StoreRecords.state(found.word0(), found.word1(), payload));
      case StoreRecords.BATCH -> {
        EntryBatch batch = withoutBytes.apply(BatchCodec.decodeWhole(payload));
        events.add(new LogEvent.Batch(found.start(), found.end(), batch));
      }
      case StoreRecords.TRUNCATE ->
          events.add(new LogEvent.Truncate(found.start(), found.end(), found.word1()));
      case StoreRecords.SNAPSHOT -> {
        snapshot = StoreRecords.snapshot(found.word0(), found.word1(), payload);
        install(found.start(), found.end(), found.word1(), found.word0());
      }
      case StoreRecords.CHECKPOINT -> {
        Checkpoint checkpoint = StoreRecords.checkpoint(found.word0(), found.word1(), payload);
        resume(found.start(), found.end(), checkpoint);
      }
      default -> throw new CodecException("type", found.type(), "1..6");
    }
  }

  private void takeState(GroupState found) {
    state = found;
    stateWhole = true;
    voteKnown = true;
  }

  private void install(long start, long end, long index, long term) {
    events.clear();
    events.add(new LogEvent.Install(start, end, index, term));
  }

  private void resume(long start, long end, Checkpoint checkpoint) {
    takeState(checkpoint.state());
    snapshot = checkpoint.snapshot();
    while (!events.isEmpty() && events.getFirst().end() <= checkpoint.neededFrom()) {
      events.removeFirst();
    }
    events.add(new LogEvent.Resume(start, end, checkpoint));
  }

  /** Takes a record of the group whose payload is lost: its type and words are what is left. */
  void lose(LostRange.Name name) {
    known = true;
    long start = name.start();
    long end = name.end();
    switch (name.type()) {
      case StoreRecords.STATE -> {
        state = state.latest(new GroupState(name.word0(), name.word1(), 0, false, false));
        stateWhole = false;
      }
      case StoreRecords.BATCH ->
          events.add(new LogEvent.Lost(start, end, name.word0(), name.word1()));
      case StoreRecords.TRUNCATE -> events.add(new LogEvent.Truncate(start, end, name.word1()));
      case StoreRecords.SNAPSHOT -> install(start, end, name.word1(), name.word0());
      case StoreRecords.CHECKPOINT ->
          // It repeats the state that was last written; that record may be gone, or still be here.
          events.add(new LogEvent.Base(start, end, name.word1(), name.word0()));
      default -> loseAnything(start, end);
    }
  }

  /** Takes note that a stretch may have held records of the group, of any kind. */
  void loseAnything(long start, long end) {
    events.add(new LogEvent.Unknown(start, end));
    stateWhole = false;
    voteKnown = false;
  }

  /** Whether there is any trace of the group. */
  boolean isKnown() {
    return known;
  }

  GroupState state() {
    return state;
  }

  /** Whether the state is certainly the last one written to the log. */
  boolean isStateWhole() {
    return stateWhole;
  }

  /** Whether term and vote are certainly the last ones written to the log. */
  boolean isVoteKnown() {
    return voteKnown;
  }

  /** The snapshot the group rests on, as far as the log knows. */
  @Nullable SnapshotMark snapshot() {
    return snapshot;
  }

  Iterable<LogEvent> events() {
    return events;
  }

  /** Nothing before it says anything about the group. */
  long neededFrom() {
    return events.isEmpty() ? Long.MAX_VALUE : events.getFirst().start();
  }
}
