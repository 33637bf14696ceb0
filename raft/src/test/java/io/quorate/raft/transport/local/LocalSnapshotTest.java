package io.quorate.raft.transport.local;

import io.quorate.raft.transport.SnapshotContract;
import io.quorate.raft.transport.Transport;

class LocalSnapshotTest extends SnapshotContract {
  private final LocalNetwork network = new LocalNetwork();

  @Override
  protected Transport create(long node) {
    return network.transport(node);
  }

  @Override
  protected void started(long node, Transport transport) {
    // The network knows.
  }
}
