package io.quorate.raft.txlog;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.raft.StateMachine;
import io.quorate.raft.txlog.TableState.Holder;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The state as bytes; the table is in the package's description. */
final class StateCodec {
  private static final int VERSION = 1;
  private static final int HEAD_BYTES_MAX = 512;

  private StateCodec() {}

  /**
   * The state as it is now. Copies references, one for each transaction; transactions are
   * immutable.
   */
  static StateMachine.View view(TableState state) {
    ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES_MAX);
    Holder holder = state.holder();
    head.putInt(VERSION);
    Bytes.put(head, state.latest());
    head.putLong(holder.epoch());
    Bytes.put(head, holder.owner());
    Bytes.put(head, holder.lease());
    Bytes.put(head, holder.expires());
    Bytes.put(head, state.limits());
    List<Tx> transactions = new ArrayList<>(state.transactions());
    head.putInt(transactions.size());
    return out -> {
      write(head.flip(), out);
      for (Tx each : transactions) {
        write(each, out);
      }
    };
  }

  private static void write(Tx tx, OutputStream out) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES_MAX);
    List<LogRecord> records = tx.records();
    Bytes.put(head, tx.id().value());
    head.putLong(tx.head().epoch());
    Bytes.put(head, tx.head().startedAt());
    Bytes.put(head, tx.head().changedAt());
    write(head.putInt(records.size()).flip(), out);
    for (LogRecord each : records) {
      int size = Math.toIntExact(RecordCodec.size(each));
      ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + size).putInt(size);
      RecordCodec.encode(each, bytes);
      write(bytes.flip(), out);
    }
  }

  private static void write(ByteBuffer bytes, OutputStream out) throws IOException {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    out.write(copy);
  }

  /**
   * Reads a state.
   *
   * @throws IOException reading failed, or the bytes are none of a state, or contradict each other
   */
  static TableState read(InputStream from) throws IOException {
    DataInputStream in = new DataInputStream(from);
    try {
      TableState state = new StateReader(in).read();
      if (in.read() >= 0) {
        throw new IOException("state: goes on behind its end (expected: nothing)");
      }
      return state;
    } catch (EOFException e) {
      throw new IOException("state: ends early (expected: all of it)", e);
    } catch (TableFormatException | IllegalArgumentException e) {
      throw new IOException("state: " + e.getMessage(), e);
    }
  }

  /** Reads one state from front to back. */
  private record StateReader(DataInputStream in) {

    TableState read() throws IOException {
      Bytes.requireVersion(in.readInt(), VERSION);
      Instant latest = instant();
      long epoch = in.readLong();
      String owner = name();
      ByteBuffer rest = bytes(3 * Bytes.TIME + 2 * Long.BYTES);
      TableState state =
          Bytes.whole(
              rest,
              all ->
                  new TableState(
                      latest,
                      new Holder(epoch, owner, Bytes.duration(all), Bytes.instant(all)),
                      Bytes.limits(all)));
      int count = in.readInt();
      requireAtLeast("transactions", count, 0);
      requireAtLeast("epoch", epoch, 0);
      TxId before = null;
      for (int i = 0; i < count; i++) {
        before = transaction(state, before);
      }
      return state;
    }

    private TxId transaction(TableState state, @Nullable TxId before) throws IOException {
      TxId id = new TxId(name());
      if (before != null && id.compareTo(before) <= 0) {
        throw new IllegalArgumentException(
            "transaction %s: behind %s (expected: in order)".formatted(id, before));
      }
      long epoch = in.readLong();
      if (epoch < 1 || epoch > state.holder().epoch()) {
        throw new IllegalArgumentException(
            "transaction %s: epoch %d (expected: 1..%d)"
                .formatted(id, epoch, state.holder().epoch()));
      }
      Instant startedAt = instant();
      Instant changedAt = instant();
      if (startedAt.isAfter(changedAt) || changedAt.isAfter(state.latest())) {
        throw new IllegalArgumentException(
            "transaction %s: from %s to %s (expected: in order, up to %s)"
                .formatted(id, startedAt, changedAt, state.latest()));
      }
      int count = in.readInt();
      requireAtLeast("records", count, 1);
      List<LogRecord> records = new ArrayList<>();
      for (int seq = 0; seq < count; seq++) {
        records.add(record(id, seq));
      }
      state.put(Tx.restored(Sequence.require(records), epoch, startedAt, changedAt));
      return id;
    }

    private LogRecord record(TxId id, int seq) throws IOException {
      int size = in.readInt();
      requireAtLeast("record", size, 1);
      return Bytes.whole(bytes(size), all -> RecordCodec.decode(all, id, seq));
    }

    private static void requireAtLeast(String field, long value, long least) {
      if (value < least) {
        throw new IllegalArgumentException(
            "%s: %d (expected: >= %d)".formatted(field, value, least));
      }
    }

    private String name() throws IOException {
      int length = in.readUnsignedByte();
      return new String(raw(length), java.nio.charset.StandardCharsets.US_ASCII);
    }

    private Instant instant() throws IOException {
      return Bytes.whole(bytes(Bytes.TIME), Bytes::instant);
    }

    /** Nothing is allocated for bytes that are not there. */
    private byte[] raw(int count) throws IOException {
      byte[] bytes = in.readNBytes(count);
      if (bytes.length < count) {
        throw new EOFException();
      }
      return bytes;
    }

    private ByteBuffer bytes(int count) throws IOException {
      return ByteBuffer.wrap(raw(count));
    }
  }
}
