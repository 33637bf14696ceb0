package io.quorate.raft.codec;

import static java.util.Objects.requireNonNull;

import io.quorate.raft.log.Payload;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Many commands in one buffer, and back: for each its length, four bytes, big-endian, and its
 * bytes. The form of {@link Payload.Commands} that this library's own runtime uses. Stateless; safe
 * for use by many threads.
 */
public final class CommandList {
  private CommandList() {}

  /**
   * Packs commands into one payload; copies each once.
   *
   * @param commands one or more; what remains of each, its position stays
   * @throws IllegalArgumentException none, or 2 GiB or more together
   */
  public static Payload.Commands pack(List<ByteBuffer> commands) {
    if (commands.isEmpty()) {
      throw new IllegalArgumentException("commands: none (expected: at least one)");
    }
    long bytes = 0;
    for (ByteBuffer command : commands) {
      bytes += Integer.BYTES + command.remaining();
    }
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "commands: %d bytes (expected: <= %d)".formatted(bytes, Integer.MAX_VALUE));
    }
    ByteBuffer packed = ByteBuffer.allocate((int) bytes);
    for (ByteBuffer command : commands) {
      packed.putInt(command.remaining()).put(command.duplicate());
    }
    return new Payload.Commands(commands.size(), packed.flip());
  }

  /** The same for arrays. */
  public static Payload.Commands packArrays(List<byte[]> commands) {
    return pack(commands.stream().map(ByteBuffer::wrap).toList());
  }

  /**
   * The commands in order, each a read-only slice, not a copy. Iterating throws {@link
   * CodecException} at the first thing that does not follow the format: a length that exceeds what
   * is there, or a number of commands other than {@code commands.count()}.
   */
  public static Iterable<ByteBuffer> unpack(Payload.Commands commands) {
    requireNonNull(commands, "commands");
    return () -> new Unpacking(commands.count(), commands.bytes().slice().asReadOnlyBuffer());
  }

  private static final class Unpacking implements Iterator<ByteBuffer> {
    private final int count;
    private final ByteBuffer bytes;
    private int given;

    Unpacking(int count, ByteBuffer bytes) {
      this.count = count;
      this.bytes = bytes;
    }

    @Override
    public boolean hasNext() {
      if (given == count && bytes.hasRemaining()) {
        throw new CodecException(
            "commands", bytes.remaining() + " bytes behind the last", "none after " + count);
      }
      return given < count;
    }

    @Override
    public ByteBuffer next() {
      if (!hasNext()) {
        throw new NoSuchElementException("commands: all %d were given".formatted(count));
      }
      if (bytes.remaining() < Integer.BYTES) {
        throw new CodecException(
            "commands", given, "%d, of which the bytes end early".formatted(count));
      }
      int length = bytes.getInt();
      if (length < 0 || length > bytes.remaining()) {
        throw new CodecException(
            "length", length, "0..%d, what is there".formatted(bytes.remaining()));
      }
      ByteBuffer command = bytes.slice(bytes.position(), length);
      bytes.position(bytes.position() + length);
      given++;
      return command;
    }
  }
}
