package io.quorate.raft.codec;

import static java.util.Objects.requireNonNull;

import io.quorate.raft.core.Message;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.Payload;
import java.nio.ByteBuffer;

/**
 * A {@link Message} as bytes. Format version 1, all numbers big-endian:
 *
 * <pre>
 *   offset  bytes
 *        0      1  version, 1
 *        1      1  kind, 1..14: the order in which {@link Message} lists them
 *        2      1  1 for granted or transfer, else 0
 *        3      1  zero
 *        4      8  term, >= 0
 *       12      .  the other fields in the order of the record, 8 bytes each; a priority has 4
 * </pre>
 *
 * <p>The batches of an {@link Message.Append} come last, after {@code boot}: their number in 4
 * bytes, then each as {@link BatchCodec} has it. The mark of an {@link Message.InstallSnapshot} is
 * its index, its term and, after {@code boot}, a {@link MembershipCodec membership}. A message has
 * exactly one encoding, and {@code decode} accepts nothing else. There is no checksum: the
 * transport has one.
 *
 * <p><b>Copies.</b> {@link #encode(Message, ByteBuffer, Parts)} writes small parts into a buffer
 * and hands over the commands of batches as they are; {@link #decode} makes commands slices of what
 * it reads. So the bytes of commands are never copied here, and what was decoded keeps the whole of
 * its source in memory.
 *
 * <p><b>Hostile bytes.</b> Decoding allocates no more than a small multiple of the bytes it was
 * given, whatever they say. Stateless; safe for use by many threads.
 */
public final class MessageCodec {
  /** The version that is written, and the only one that is read. */
  public static final int VERSION = 1;

  /** The size of the smallest message in bytes. */
  public static final int BYTES_MIN = 12;

  private MessageCodec() {}

  /** Takes the parts of a message that are not copied. */
  @FunctionalInterface
  public interface Parts {
    /**
     * These bytes follow what was put into the buffer of small parts so far.
     *
     * @param bytes a view of a batch's commands with bounds of its own; nobody may change the
     *     contents
     */
    void part(ByteBuffer bytes);
  }

  /** How many bytes a message takes. */
  public static int encodedBytes(Message message) {
    long bytes = smallBytes(message);
    if (message instanceof Message.Append append) {
      for (EntryBatch batch : append.batches()) {
        if (batch.payload() instanceof Payload.Commands commands) {
          bytes += commands.bytes().remaining();
        }
      }
    }
    return Math.toIntExact(bytes);
  }

  /** How many of them are small parts: all but the commands of batches. */
  public static int smallBytes(Message message) {
    return switch (message) {
      case Message.PreVote m -> BYTES_MIN + 2 * Long.BYTES;
      case Message.PreVoteReply m -> BYTES_MIN;
      case Message.RequestVote m -> BYTES_MIN + 2 * Long.BYTES;
      case Message.VoteReply m -> BYTES_MIN;
      case Message.Append m -> MessageFields.APPEND_BYTES + smallBytes(m.batches());
      case Message.AppendAck m -> BYTES_MIN + 3 * Long.BYTES;
      case Message.AppendReject m -> BYTES_MIN + 4 * Long.BYTES;
      case Message.Heartbeat m -> BYTES_MIN + Long.BYTES + Integer.BYTES;
      case Message.HeartbeatAck m -> BYTES_MIN + Long.BYTES + Integer.BYTES;
      case Message.TermIsOver m -> BYTES_MIN;
      case Message.InstallSnapshot m ->
          BYTES_MIN + 3 * Long.BYTES + MembershipCodec.encodedBytes(m.mark().membership());
      case Message.TimeoutNow m -> BYTES_MIN;
      case Message.ReadIndex m -> BYTES_MIN + Long.BYTES;
      case Message.ReadIndexReply m -> BYTES_MIN + 2 * Long.BYTES;
    };
  }

  private static int smallBytes(Iterable<EntryBatch> batches) {
    int bytes = 0;
    for (EntryBatch batch : batches) {
      bytes += BatchCodec.HEADER_BYTES;
      if (batch.payload() instanceof Payload.Configuration configuration) {
        bytes += MembershipCodec.encodedBytes(configuration.membership());
      }
    }
    return bytes;
  }

  /**
   * Writes the small parts and hands over the others.
   *
   * @param small where the small parts go, from its position on; in big-endian order
   * @param parts is handed the commands of each batch at the place where they belong
   * @throws java.nio.BufferOverflowException fewer than {@link #smallBytes} remain
   */
  public static void encode(Message message, ByteBuffer small, Parts parts) {
    requireNonNull(parts, "parts");
    MessageFields.put(message, small);
    if (message instanceof Message.Append append) {
      for (EntryBatch batch : append.batches()) {
        BatchCodec.header(batch, small);
        switch (batch.payload()) {
          case Payload.Commands commands -> parts.part(commands.bytes().slice());
          case Payload.NewTerm none -> {}
          case Payload.Configuration configuration ->
              MembershipCodec.encode(configuration.membership(), small);
        }
      }
    }
  }

  /**
   * Writes all of a message, copying its commands once.
   *
   * @param target in big-endian order
   * @throws java.nio.BufferOverflowException fewer than {@link #encodedBytes} remain
   */
  public static void encode(Message message, ByteBuffer target) {
    encode(message, target, target::put);
  }

  /**
   * Reads one message that is all there is, and moves the position to the limit. If this throws,
   * the position has not moved.
   *
   * @param source contents that nobody changes any more: commands are slices of it
   * @throws CodecException it is not exactly one message
   */
  public static Message decode(ByteBuffer source) {
    ByteBuffer bytes = source.slice(); // Big-endian by contract.
    Message message = MessageFields.read(bytes);
    if (bytes.hasRemaining()) {
      throw new CodecException("message", bytes.remaining() + " more bytes", "none behind it");
    }
    source.position(source.limit());
    return message;
  }
}
