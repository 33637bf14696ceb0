package io.quorate.raft.replica;

import static java.util.Objects.requireNonNull;

import io.quorate.raft.core.CoreConfig;

/**
 * How a replica runs.
 *
 * @param core how it takes part in consensus
 * @param group which of the node's groups it is of, 0..65535
 * @param applyBytesMax how many bytes of entries the state machine is given at once; default 1 MiB,
 *     one batch in any case. Larger: fewer wake-ups, longer waits for reads
 * @param unappliedBytesMax how far the state machine of a leader may be behind, in bytes, before
 *     proposals are refused; default 64 MiB
 * @param snapshotBytes after how many bytes of applied entries a snapshot is taken; default 64 MiB
 * @param commandBytesMax the largest command, in bytes; default 4 MiB. A command must fit a record
 *     of the log and a message of the transport, on all nodes, with {@value
 *     #COMMAND_OVERHEAD_BYTES} bytes around it
 */
public record ReplicaConfig(
    CoreConfig core,
    int group,
    long applyBytesMax,
    long unappliedBytesMax,
    long snapshotBytes,
    int commandBytesMax) {

  /** What a command of the largest size may have around it, in bytes. */
  public static final int COMMAND_OVERHEAD_BYTES = 256;

  /** The largest group number. */
  public static final int GROUP_MAX = 0xFFFF;

  public ReplicaConfig {
    requireNonNull(core, "core");
    if (group < 0 || group > GROUP_MAX) {
      throw new IllegalArgumentException("group: %d (expected: 0..%d)".formatted(group, GROUP_MAX));
    }
    requirePositive("applyBytesMax", applyBytesMax);
    requirePositive("unappliedBytesMax", unappliedBytesMax);
    requirePositive("snapshotBytes", snapshotBytes);
    requirePositive("commandBytesMax", commandBytesMax);
  }

  private static void requirePositive(String field, long value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s: %d (expected: >= 1)".formatted(field, value));
    }
  }

  /** The defaults. */
  public static ReplicaConfig of(CoreConfig core, int group) {
    return new ReplicaConfig(core, group, 1 << 20, 64 << 20, 64 << 20, 4 << 20);
  }

  /** The same with another distance between snapshots, in bytes. */
  public ReplicaConfig snapshotBytes(long bytes) {
    return new ReplicaConfig(core, group, applyBytesMax, unappliedBytesMax, bytes, commandBytesMax);
  }

  /** The same with another bound of a command, in bytes. */
  public ReplicaConfig commandBytesMax(int bytes) {
    return new ReplicaConfig(core, group, applyBytesMax, unappliedBytesMax, snapshotBytes, bytes);
  }
}
