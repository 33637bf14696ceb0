package io.quorate.raft.txlog;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.TxHead;
import io.quorate.raft.StateMachine;
import io.quorate.raft.txlog.TableReply.Senseless;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of a replicated log: what a group's nodes agree on. Joined to the group inside a
 * {@link io.quorate.raft.session.SessionMachine}, used through a {@link RaftTransactionLog}.
 *
 * <p><b>Deterministic and total.</b> It has no configuration, clock or randomness: limits and times
 * come with the commands. A command that makes no sense to this release changes nothing and is
 * answered so.
 *
 * <p><b>Time.</b> The latest reading that any command brought. It never goes back, dates records,
 * ends leases and retention, and decides nothing else: what fences is the epoch.
 *
 * <p><b>Snapshots.</b> The same state gives the same bytes. Taking one copies a reference for each
 * transaction.
 *
 * <p><b>Threads.</b> Those of {@link StateMachine}.
 */
public final class TransactionTable implements StateMachine {
  private TableState state = new TableState();

  /** A table without transactions. */
  public TransactionTable() {}

  @Override
  public byte[] apply(long index, ByteBuffer command) {
    TableCommand decoded;
    try {
      decoded = CommandCodec.decode(command);
    } catch (TableFormatException e) {
      return ReplyCodec.encode(new TableReply(state.latest(), new Senseless()));
    }
    return ReplyCodec.encode(state.apply(decoded));
  }

  @Override
  public View snapshot() {
    return StateCodec.view(state);
  }

  @Override
  public void restore(InputStream in) throws IOException {
    state = StateCodec.read(in);
  }

  /**
   * What a lookup saw.
   *
   * @param latest the table's time
   * @param newest the newest epoch's number
   */
  record Seen<T>(Instant latest, long newest, T value) {}

  private <T> Seen<T> seen(T value) {
    return new Seen<>(state.latest(), state.holder().epoch(), value);
  }

  Seen<List<LogRecord>> read(TxId tx) {
    return seen(state.read(tx));
  }

  Seen<Optional<TxHead>> head(TxId tx) {
    return seen(state.head(tx));
  }

  /** Empty where {@code epoch} is not the newest. */
  Seen<Optional<List<TxHead>>> due(long epoch, Instant reading, int limit) {
    Instant now = reading.isAfter(state.latest()) ? reading : state.latest();
    return seen(state.due(epoch, now, limit));
  }

  Seen<List<TxHead>> list(Set<TxHead.Status> statuses, @Nullable TxId after, int limit) {
    return seen(state.list(statuses, after, limit));
  }

  Seen<TableStats> stats() {
    return seen(
        new TableStats(state.transactions().size(), state.liveBytes(), state.retainedBytes()));
  }
}
