package io.quorate.raft.core;

import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.Payload;
import io.quorate.raft.log.SnapshotMark;
import java.util.ArrayList;
import java.util.List;

/**
 * What a core wants done, one line of text each, in order.
 *
 * <pre>
 *   #1 term 1 vote 2          #2 append 1/5..7        #3 truncate from 5    #4 install 1/10
 *   to 2: VoteReply[term=1, granted=true]
 *   to 2: entries 5..7 behind 1/4, term 1, commit 4, boot 0
 *   apply 5    read 9 at 5    read 9 refused NOT_LEADER    LEADER of term 1
 * </pre>
 */
final class RecordingEffects implements Effects {
  private final List<String> lines = new ArrayList<>();
  private long written;

  /** All since the last call. */
  List<String> take() {
    List<String> taken = List.copyOf(lines);
    lines.clear();
    return taken;
  }

  /** The number of the last write that was asked for. */
  long written() {
    return written;
  }

  private void write(long write, String what) {
    number(write);
    lines.add("#%d %s".formatted(write, what));
  }

  private void number(long write) {
    if (write != written + 1) {
      throw new AssertionError("write %d follows %d".formatted(write, written));
    }
    written = write;
  }

  /** As {@code 1/5}, {@code 1/5..7}, {@code 1/5 new term} or {@code 1/5 voters=(1 2)}. */
  static String text(EntryBatch batch) {
    String place =
        batch.term()
            + "/"
            + batch.firstIndex()
            + (batch.lastIndex() > batch.firstIndex() ? ".." + batch.lastIndex() : "");
    return switch (batch.payload()) {
      case Payload.Commands commands -> place;
      case Payload.NewTerm start -> place + " new term";
      case Payload.Configuration configuration -> place + " " + configuration.membership();
    };
  }

  @Override
  public void hardState(long write, HardState state) {
    write(write, "term %d vote %d".formatted(state.term(), state.vote()));
  }

  @Override
  public void append(long write, EntryBatch batch) {
    write(write, "append " + text(batch));
  }

  @Override
  public void truncate(long write, long firstIndex) {
    write(write, "truncate from " + firstIndex);
  }

  @Override
  public void installSnapshot(long write, SnapshotMark mark) {
    write(write, "install %d/%d".formatted(mark.term(), mark.index()));
  }

  @Override
  public void send(long to, Message message) {
    lines.add("to %d: %s".formatted(to, message));
  }

  @Override
  public void sendAppend(
      long to,
      long term,
      long previousIndex,
      long previousTerm,
      long lastIndex,
      long commitIndex,
      long boot) {
    String what =
        lastIndex == previousIndex
            ? "nothing"
            : "entries %d..%d".formatted(previousIndex + 1, lastIndex);
    lines.add(
        "to %d: %s behind %d/%d, term %d, commit %d, boot %d"
            .formatted(to, what, previousTerm, previousIndex, term, commitIndex, boot));
  }

  @Override
  public void sendSnapshot(long to, long term, long minimumIndex, long boot) {
    lines.add("to %d: snapshot of %d, term %d, boot %d".formatted(to, minimumIndex, term, boot));
  }

  @Override
  public void apply(long index) {
    lines.add("apply " + index);
  }

  @Override
  public void readReady(long read, long index) {
    lines.add("read %d at %d".formatted(read, index));
  }

  @Override
  public void readRefused(long read, Refusal why) {
    lines.add("read %d refused %s".formatted(read, why));
  }

  @Override
  public void refused(Refusal why) {
    lines.add("refused " + why);
  }

  @Override
  public void compact(long index) {
    lines.add("compact to " + index);
  }

  @Override
  public void doubtOver(long write) {
    number(write);
    lines.add("doubt over");
  }

  @Override
  public void role(RoleChange change) {
    lines.add(
        change.role() == Role.FOLLOWER && change.leader() != 0
            ? "FOLLOWER of %d in term %d".formatted(change.leader(), change.term())
            : "%s of term %d".formatted(change.role(), change.term()));
  }
}
