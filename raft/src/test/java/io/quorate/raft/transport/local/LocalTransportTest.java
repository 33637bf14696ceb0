package io.quorate.raft.transport.local;

import io.quorate.raft.transport.Transport;
import io.quorate.raft.transport.TransportContract;

class LocalTransportTest extends TransportContract {
  private final LocalNetwork network = new LocalNetwork(QUEUE_BYTES);

  @Override
  protected Transport create(long node) {
    return network.transport(node);
  }

  @Override
  protected void started(long node, Transport transport) {
    // The network knows.
  }
}
