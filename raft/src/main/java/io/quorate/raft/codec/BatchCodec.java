package io.quorate.raft.codec;

import static java.util.Objects.requireNonNull;

import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.Payload;
import java.nio.ByteBuffer;

/**
 * An {@link EntryBatch} as bytes: a header of a fixed size, then the payload. Format version 1, all
 * numbers big-endian:
 *
 * <pre>
 *   offset  bytes
 *        0      1  version, 1
 *        1      1  kind: 1 commands, 2 new term, 3 configuration
 *        2      2  zero
 *        4      4  count of entries, >= 1
 *        8      8  term, >= 1
 *       16      8  index of the first entry, >= 1
 *       24      4  length of the payload, >= 0
 *       28      .  the payload: the commands' own bytes; none; a {@link MembershipCodec configuration}
 * </pre>
 *
 * <p>There is no checksum: the log and the wire have theirs. A batch has exactly one encoding, and
 * {@code decode} accepts nothing else.
 *
 * <p>To write a batch without copying its payload, gather {@link #header} and {@link #payload}.
 * Decoding copies nothing either: the batch's commands are a slice of the buffer, which must not
 * change any more. Stateless; safe for use by many threads.
 */
public final class BatchCodec {
  /** The version that is written, and the only one that is read. */
  public static final int VERSION = 1;

  /** The size of the header in bytes. */
  public static final int HEADER_BYTES = 28;

  private static final byte COMMANDS = 1;
  private static final byte NEW_TERM = 2;
  private static final byte CONFIGURATION = 3;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private BatchCodec() {}

  /** How many bytes a batch takes, header and payload. */
  public static int encodedBytes(EntryBatch batch) {
    return Math.addExact(HEADER_BYTES, payloadBytes(batch.payload()));
  }

  private static int payloadBytes(Payload payload) {
    return switch (payload) {
      case Payload.Commands commands -> commands.bytes().remaining();
      case Payload.NewTerm newTerm -> 0;
      case Payload.Configuration configuration ->
          MembershipCodec.encodedBytes(configuration.membership());
    };
  }

  /**
   * Writes the header alone.
   *
   * @throws java.nio.BufferOverflowException fewer than {@link #HEADER_BYTES} remain
   */
  public static void header(EntryBatch batch, ByteBuffer target) {
    requireNonNull(batch, "batch");
    byte kind =
        switch (batch.payload()) {
          case Payload.Commands commands -> COMMANDS;
          case Payload.NewTerm newTerm -> NEW_TERM;
          case Payload.Configuration configuration -> CONFIGURATION;
        };
    target
        .put((byte) VERSION)
        .put(kind)
        .putShort((short) 0)
        .putInt(batch.payload().count())
        .putLong(batch.term())
        .putLong(batch.firstIndex())
        .putInt(payloadBytes(batch.payload()));
  }

  /**
   * What follows the header. Of commands, a view of their own bytes with bounds of its own, not a
   * copy.
   */
  public static ByteBuffer payload(EntryBatch batch) {
    return switch (batch.payload()) {
      case Payload.Commands commands -> commands.bytes().slice().asReadOnlyBuffer();
      case Payload.NewTerm newTerm -> NOTHING.duplicate();
      case Payload.Configuration configuration -> {
        int length = MembershipCodec.encodedBytes(configuration.membership());
        ByteBuffer bytes = ByteBuffer.allocate(length);
        MembershipCodec.encode(configuration.membership(), bytes);
        yield bytes.flip();
      }
    };
  }

  /**
   * Writes header and payload, copying the payload once.
   *
   * @throws java.nio.BufferOverflowException fewer than {@link #encodedBytes} remain
   */
  public static void encode(EntryBatch batch, ByteBuffer target) {
    header(batch, target);
    target.put(payload(batch));
  }

  /**
   * Reads one batch and moves the position behind it; what follows is left alone. If this throws,
   * the position has not moved.
   *
   * @param source contents that nobody changes any more: commands are a slice of it
   * @throws CodecException it does not begin with a batch
   */
  public static EntryBatch decode(ByteBuffer source) {
    int start = source.position();
    try {
      return decodeAt(source);
    } catch (RuntimeException e) {
      source.position(start);
      throw e;
    }
  }

  /**
   * Reads one batch that is all there is.
   *
   * @throws CodecException it is not exactly one batch
   */
  public static EntryBatch decodeWhole(ByteBuffer source) {
    EntryBatch batch = decode(source);
    if (source.hasRemaining()) {
      throw new CodecException("batch", source.remaining() + " more bytes", "none behind it");
    }
    return batch;
  }

  private static EntryBatch decodeAt(ByteBuffer source) {
    if (source.remaining() < HEADER_BYTES) {
      throw new CodecException("header", source.remaining() + " bytes", ">= " + HEADER_BYTES);
    }
    ByteBuffer header = source.slice(source.position(), HEADER_BYTES); // Big-endian by contract.
    int version = header.get() & 0xFF;
    if (version != VERSION) {
      throw new CodecException("version", version, "" + VERSION);
    }
    byte kind = header.get();
    int zero = header.getShort();
    if (zero != 0) {
      throw new CodecException("zero", zero, "0");
    }
    int count = header.getInt();
    long term = requireAtLeast("term", header.getLong(), 1);
    long firstIndex = requireAtLeast("firstIndex", header.getLong(), 1);
    requireAtLeast("count", count, 1);
    if (firstIndex > Long.MAX_VALUE - count) {
      throw new CodecException("firstIndex", firstIndex, "<= 2^63 - 1 - count");
    }
    int length = header.getInt();
    if (length < 0 || length > source.remaining() - HEADER_BYTES) {
      throw new CodecException(
          "length", length, "0..%d, what is there".formatted(source.remaining() - HEADER_BYTES));
    }
    ByteBuffer bytes = source.slice(source.position() + HEADER_BYTES, length);
    EntryBatch batch = new EntryBatch(term, firstIndex, payload(kind, count, bytes));
    source.position(source.position() + HEADER_BYTES + length);
    return batch;
  }

  private static Payload payload(byte kind, int count, ByteBuffer bytes) {
    if (kind == COMMANDS) {
      return new Payload.Commands(count, bytes);
    }
    if (kind != NEW_TERM && kind != CONFIGURATION) {
      throw new CodecException("kind", kind, "1..3");
    }
    requireExactly("count", count, 1);
    Payload payload =
        kind == NEW_TERM
            ? new Payload.NewTerm()
            : new Payload.Configuration(MembershipCodec.decode(bytes));
    requireExactly("bytes behind the payload", bytes.remaining(), 0);
    return payload;
  }

  private static long requireAtLeast(String field, long value, long least) {
    if (value < least) {
      throw new CodecException(field, value, ">= " + least);
    }
    return value;
  }

  private static void requireExactly(String field, int value, int expected) {
    if (value != expected) {
      throw new CodecException(field, value, "" + expected);
    }
  }
}
