package io.quorate.raftsim.register;

import io.quorate.raft.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * Registers by number, each with a version that every write raises by one.
 *
 * <pre>
 *   command   operation u64 | key u32 | expected version i64, -1 for any | value i64 | padding
 *   result    version i64 | value i64 | written u8
 * </pre>
 */
public final class RegisterMachine implements StateMachine {
  private record Register(long version, long value) {}

  private final LongConsumer applied;
  private TreeMap<Integer, Register> registers = new TreeMap<>();

  /**
   * Registers that were never written.
   *
   * @param applied told of each operation as it is applied, on whatever node
   */
  public RegisterMachine(LongConsumer applied) {
    this.applied = applied;
  }

  static byte[] command(long operation, int key, long expected, long value, int padding) {
    return ByteBuffer.allocate(3 * Long.BYTES + Integer.BYTES + padding)
        .putLong(operation)
        .putInt(key)
        .putLong(expected)
        .putLong(value)
        .array();
  }

  @Override
  public byte[] apply(long index, ByteBuffer command) {
    applied.accept(command.getLong());
    int key = command.getInt();
    long expected = command.getLong();
    Register old = registers.getOrDefault(key, new Register(0, 0));
    if (expected >= 0 && expected != old.version) {
      return result(old, false);
    }
    Register next = new Register(old.version + 1, command.getLong());
    registers.put(key, next);
    return result(next, true);
  }

  /** What a register holds. */
  byte[] read(int key) {
    return result(registers.getOrDefault(key, new Register(0, 0)), false);
  }

  private static byte[] result(Register register, boolean written) {
    return ByteBuffer.allocate(2 * Long.BYTES + 1)
        .putLong(register.version)
        .putLong(register.value)
        .put((byte) (written ? 1 : 0))
        .array();
  }

  @Override
  public View snapshot() {
    TreeMap<Integer, Register> copy = new TreeMap<>(registers);
    return out -> write(copy, out);
  }

  private static void write(Map<Integer, Register> registers, OutputStream target)
      throws IOException {
    DataOutputStream out = new DataOutputStream(target);
    out.writeInt(registers.size());
    for (Map.Entry<Integer, Register> each : registers.entrySet()) {
      out.writeInt(each.getKey());
      out.writeLong(each.getValue().version);
      out.writeLong(each.getValue().value);
    }
    // Larger than a piece of a transfer, so that transfers break off in the middle.
    out.write(new byte[512]);
  }

  @Override
  public void restore(InputStream source) throws IOException {
    DataInputStream in = new DataInputStream(source);
    TreeMap<Integer, Register> restored = new TreeMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      int key = in.readInt();
      restored.put(key, new Register(in.readLong(), in.readLong()));
    }
    registers = restored;
  }
}
