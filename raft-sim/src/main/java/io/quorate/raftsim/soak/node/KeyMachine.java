package io.quorate.raftsim.soak.node;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quorate.raft.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Registers by number, each with a version that every write raises by one, and a digest of all that
 * was ever applied.
 *
 * <pre>
 *   put KEY VALUE            →  VERSION VALUE true
 *   cas KEY EXPECTED VALUE   →  VERSION VALUE true|false
 * </pre>
 *
 * <p>All are decimal numbers; {@code -} is the value of a register that was never written.
 */
public final class KeyMachine implements StateMachine {
  /** Makes a snapshot larger than a piece of its transfer. */
  private static final int PADDING_BYTES = 64 << 10;

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  /**
   * How far a machine is.
   *
   * @param index the last command
   * @param digest of all commands with their indexes and results; equal on all nodes at an index
   */
  public record Applied(long index, long digest) {}

  private record Register(long version, @Nullable Long value) {
    String words(boolean written) {
      return "%d %s %s".formatted(version, value == null ? "-" : value, written);
    }
  }

  private static final Register NEVER = new Register(0, null);

  private TreeMap<Integer, Register> registers = new TreeMap<>();
  private volatile Applied applied = new Applied(0, FNV_OFFSET);
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicInteger restored = new AtomicInteger();

  /** Registers that were never written. */
  public KeyMachine() {}

  /** How far it is; any thread. */
  public Applied applied() {
    return applied;
  }

  /** How many snapshots were taken of it; any thread. */
  public int taken() {
    return taken.get();
  }

  /** How many snapshots it was made of, its beginning included; any thread. */
  public int restored() {
    return restored.get();
  }

  @Override
  public byte[] apply(long index, ByteBuffer command) {
    String words = US_ASCII.decode(command).toString();
    String result = apply(words.split(" "));
    long digest = applied.digest;
    digest = mixed(digest, index + " " + words + " " + result);
    applied = new Applied(index, digest);
    return result.getBytes(US_ASCII);
  }

  private static long mixed(long digest, String words) {
    long mixed = digest;
    for (int i = 0; i < words.length(); i++) {
      mixed = (mixed ^ words.charAt(i)) * FNV_PRIME;
    }
    return mixed;
  }

  private String apply(String[] words) {
    try {
      int key = Integer.parseInt(words[1]);
      Register old = registers.getOrDefault(key, NEVER);
      if (words[0].equals("cas") && !words[2].equals(old.value == null ? "-" : "" + old.value)) {
        return old.words(false);
      }
      Register next = new Register(old.version + 1, Long.parseLong(words[words.length - 1]));
      registers.put(key, next);
      return next.words(true);
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return "makes no sense";
    }
  }

  /** What a register holds, in the words of a command's result; on the machine's thread. */
  public String read(int key) {
    return registers.getOrDefault(key, NEVER).words(false);
  }

  @Override
  public View snapshot() {
    TreeMap<Integer, Register> copy = new TreeMap<>(registers);
    Applied upTo = applied;
    taken.incrementAndGet();
    return out -> write(upTo, copy, out);
  }

  private static void write(
      Applied upTo, SortedMap<Integer, Register> registers, OutputStream target)
      throws IOException {
    DataOutputStream out = new DataOutputStream(target);
    out.writeLong(upTo.index);
    out.writeLong(upTo.digest);
    out.writeInt(registers.size());
    for (Map.Entry<Integer, Register> each : registers.entrySet()) {
      Long value = each.getValue().value;
      if (value != null) {
        out.writeInt(each.getKey());
        out.writeLong(each.getValue().version);
        out.writeLong(value);
      }
    }
    out.write(new byte[PADDING_BYTES]);
    out.flush();
  }

  @Override
  public void restore(InputStream source) throws IOException {
    DataInputStream in = new DataInputStream(source);
    Applied upTo = new Applied(in.readLong(), in.readLong());
    TreeMap<Integer, Register> found = new TreeMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      int key = in.readInt();
      found.put(key, new Register(in.readLong(), in.readLong()));
    }
    in.skipNBytes(PADDING_BYTES);
    registers = found;
    restored.incrementAndGet();
    applied = upTo;
  }
}
