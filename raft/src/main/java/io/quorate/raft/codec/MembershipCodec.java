package io.quorate.raft.codec;

import io.quorate.raft.membership.Membership;
import io.quorate.raft.quorum.NodeIds;
import java.nio.ByteBuffer;

/**
 * A {@link Membership} as bytes: one byte, 1 for {@code autoLeave} and 0 else; then voters,
 * outgoing, learners, learnersNext and promoting, each as a count of two bytes and its ids in
 * ascending order, eight bytes each, big-endian. One encoding for each membership, and no other is
 * accepted. Stateless; safe for use by many threads.
 */
public final class MembershipCodec {
  /** How many ids a set may have. */
  public static final int IDS_MAX = 1024;

  private static final int SETS = 5;

  private MembershipCodec() {}

  /** How many bytes it takes. */
  public static int encodedBytes(Membership membership) {
    int ids =
        membership.voters().size()
            + membership.outgoing().size()
            + membership.learners().size()
            + membership.learnersNext().size()
            + membership.promoting().size();
    return 1 + SETS * Short.BYTES + ids * Long.BYTES;
  }

  /**
   * Writes it.
   *
   * @throws CodecException a set has more than {@link #IDS_MAX} ids
   * @throws java.nio.BufferOverflowException too few bytes remain
   */
  public static void encode(Membership membership, ByteBuffer target) {
    target.put((byte) (membership.autoLeave() ? 1 : 0));
    put("voters", membership.voters(), target);
    put("outgoing", membership.outgoing(), target);
    put("learners", membership.learners(), target);
    put("learnersNext", membership.learnersNext(), target);
    put("promoting", membership.promoting(), target);
  }

  private static void put(String field, NodeIds ids, ByteBuffer target) {
    if (ids.size() > IDS_MAX) {
      throw new CodecException(field, ids.size() + " ids", "<= " + IDS_MAX);
    }
    target.putShort((short) ids.size());
    for (int i = 0; i < ids.size(); i++) {
      target.putLong(ids.at(i));
    }
  }

  /**
   * Reads one and moves the position behind it.
   *
   * @param source in big-endian order
   * @throws CodecException there is none, or it breaks a rule of {@link Membership}
   */
  public static Membership decode(ByteBuffer source) {
    if (!source.hasRemaining()) {
      throw new CodecException("autoLeave", "missing", "one byte");
    }
    int autoLeave = source.get();
    if (autoLeave != 0 && autoLeave != 1) {
      throw new CodecException("autoLeave", autoLeave, "0 or 1");
    }
    NodeIds voters = ids("voters", source);
    NodeIds outgoing = ids("outgoing", source);
    NodeIds learners = ids("learners", source);
    NodeIds learnersNext = ids("learnersNext", source);
    NodeIds promoting = ids("promoting", source);
    try {
      return new Membership(voters, outgoing, learners, learnersNext, promoting, autoLeave == 1);
    } catch (IllegalArgumentException broken) {
      throw new CodecException("membership", "" + broken.getMessage(), "a possible one");
    }
  }

  private static NodeIds ids(String field, ByteBuffer source) {
    if (source.remaining() < Short.BYTES) {
      throw new CodecException(field, source.remaining() + " bytes", ">= 2, the count");
    }
    int count = source.getShort() & 0xFFFF;
    if (count > IDS_MAX) {
      throw new CodecException(field, count + " ids", "<= " + IDS_MAX);
    }
    if (source.remaining() < count * Long.BYTES) {
      throw new CodecException(field, count + " ids", "as many as there are bytes for");
    }
    long[] ids = new long[count];
    for (int i = 0; i < count; i++) {
      ids[i] = source.getLong();
      if (ids[i] == 0 || (i > 0 && ids[i] <= ids[i - 1])) {
        throw new CodecException(field, ids[i], "not 0, and above the id before");
      }
    }
    return NodeIds.of(ids);
  }
}
