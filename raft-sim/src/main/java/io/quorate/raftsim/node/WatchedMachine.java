package io.quorate.raftsim.node;

import io.quorate.raft.StateMachine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** A state machine whose commands are looked at. */
final class WatchedMachine implements StateMachine {
  /** Told of a command. */
  interface Applied {
    /** It was applied, and gave this. */
    void applied(long index, long hash);
  }

  private final StateMachine machine;
  private final Applied applied;

  WatchedMachine(StateMachine machine, Applied applied) {
    this.machine = machine;
    this.applied = applied;
  }

  StateMachine machine() {
    return machine;
  }

  @Override
  public byte[] apply(long index, ByteBuffer command) {
    applied.applied(index, hash(command));
    return machine.apply(index, command);
  }

  private static long hash(ByteBuffer bytes) {
    long hash = 0xCBF29CE484222325L;
    for (int i = bytes.position(); i < bytes.limit(); i++) {
      hash = (hash ^ bytes.get(i)) * 0x100000001B3L;
    }
    return hash;
  }

  @Override
  public View snapshot() {
    return machine.snapshot();
  }

  @Override
  public void restore(InputStream in) throws IOException {
    machine.restore(in);
  }
}
