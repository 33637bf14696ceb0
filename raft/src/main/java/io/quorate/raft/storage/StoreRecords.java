package io.quorate.raft.storage;

import io.quorate.raft.codec.CodecException;
import io.quorate.raft.codec.MembershipCodec;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.membership.Membership;
import io.quorate.raft.storage.Checkpoint.Stretch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The records in the log; the stream is the group's number. Version 1:
 *
 * <pre>
 *   type           word0       word1         payload
 *   1 STORE        magic       version       version
 *   2 STATE        term        vote          version, flags, boot
 *   3 BATCH        term        first index   as BatchCodec
 *   4 TRUNCATE     0           first index   version
 *   5 SNAPSHOT     term        index         version, membership
 *   6 CHECKPOINT   base term   base index    version, flags, boot, term, vote, needed from,
 *                                            snapshot index and term, last index,
 *                                            repaired: count, start and end each; membership
 * </pre>
 *
 * <p>The words can be read where the payload has rotted; so a truncation or a snapshot still takes
 * effect then, a vote is still known, and a batch that is lost is known by its place.
 *
 * <p>No payload is empty: what cannot be read and is smaller than {@link #BYTES_MIN} held none of
 * these.
 */
final class StoreRecords {
  static final int VERSION = 1;
  static final long MAGIC = 0x71756f7261667431L;

  static final int STORE = 1;
  static final int STATE = 2;
  static final int BATCH = 3;
  static final int TRUNCATE = 4;
  static final int SNAPSHOT = 5;
  static final int CHECKPOINT = 6;

  /** The smallest record takes this in the log. */
  static final int BYTES_MIN = io.quorate.core.wal.WriteAheadLog.encodedBytes(1);

  private static final int STATE_BYTES = 2 + Long.BYTES;
  private static final int CHECKPOINT_BYTES = 2 + 7 * Long.BYTES + Integer.BYTES;

  private StoreRecords() {}

  static ByteBuffer version() {
    return ByteBuffer.allocate(1).put(0, (byte) VERSION);
  }

  static ByteBuffer state(GroupState state) {
    return ByteBuffer.allocate(STATE_BYTES)
        .put((byte) VERSION)
        .put((byte) state.flags())
        .putLong(state.boot())
        .flip();
  }

  static GroupState state(long term, long vote, ByteBuffer payload) {
    requireLength("state", payload, STATE_BYTES);
    requireVersion(payload);
    int flags = flags(payload);
    return GroupState.of(term, vote, payload.getLong(), flags);
  }

  static ByteBuffer snapshot(SnapshotMark mark) {
    ByteBuffer bytes = ByteBuffer.allocate(1 + MembershipCodec.encodedBytes(mark.membership()));
    bytes.put((byte) VERSION);
    MembershipCodec.encode(mark.membership(), bytes);
    return bytes.flip();
  }

  static SnapshotMark snapshot(long term, long index, ByteBuffer payload) {
    requireLength("snapshot", payload, 1);
    requireVersion(payload);
    return mark(index, term, MembershipCodec.decode(payload));
  }

  static ByteBuffer checkpoint(Checkpoint checkpoint) {
    SnapshotMark mark = checkpoint.snapshot();
    int length =
        CHECKPOINT_BYTES
            + MembershipCodec.encodedBytes(mark.membership())
            + 2 * Long.BYTES * checkpoint.repaired().size();
    ByteBuffer bytes = ByteBuffer.allocate(length);
    GroupState state = checkpoint.state();
    bytes.put((byte) VERSION).put((byte) state.flags());
    bytes.putLong(state.boot()).putLong(state.term()).putLong(state.vote());
    bytes.putLong(checkpoint.neededFrom()).putLong(mark.index()).putLong(mark.term());
    bytes.putLong(checkpoint.lastIndex()).putInt(checkpoint.repaired().size());
    checkpoint.repaired().forEach(each -> bytes.putLong(each.start()).putLong(each.end()));
    MembershipCodec.encode(mark.membership(), bytes);
    return bytes.flip();
  }

  static Checkpoint checkpoint(long baseTerm, long baseIndex, ByteBuffer payload) {
    requireLength("checkpoint", payload, CHECKPOINT_BYTES);
    requireVersion(payload);
    int flags = flags(payload);
    long boot = payload.getLong();
    GroupState state = GroupState.of(payload.getLong(), payload.getLong(), boot, flags);
    long neededFrom = payload.getLong();
    long index = payload.getLong();
    long term = payload.getLong();
    long lastIndex = payload.getLong();
    int count = payload.getInt();
    if (count < 0 || count > Checkpoint.STRETCHES_MAX) {
      throw new CodecException("repaired", count, "0.." + Checkpoint.STRETCHES_MAX);
    }
    requireLength("repaired", payload, count * 2 * Long.BYTES);
    List<Stretch> repaired = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      repaired.add(new Stretch(payload.getLong(), payload.getLong()));
    }
    SnapshotMark mark = mark(index, term, MembershipCodec.decode(payload));
    return new Checkpoint(baseIndex, baseTerm, state, neededFrom, mark, lastIndex, repaired);
  }

  static SnapshotMark mark(long index, long term, Membership membership) {
    try {
      return new SnapshotMark(index, term, membership);
    } catch (IllegalArgumentException broken) {
      throw new CodecException("snapshot", "" + broken.getMessage(), "a possible one");
    }
  }

  private static void requireLength(String field, ByteBuffer payload, int least) {
    if (payload.remaining() < least) {
      throw new CodecException(field, payload.remaining() + " bytes", ">= " + least);
    }
  }

  private static void requireVersion(ByteBuffer payload) {
    int version = payload.get() & 0xFF;
    if (version != VERSION) {
      throw new CodecException("version", version, "" + VERSION);
    }
  }

  private static int flags(ByteBuffer payload) {
    int flags = payload.get();
    if (flags < 0 || flags > GroupState.FLAGS_MAX) {
      throw new CodecException("flags", flags, "0.." + GroupState.FLAGS_MAX);
    }
    return flags;
  }
}
