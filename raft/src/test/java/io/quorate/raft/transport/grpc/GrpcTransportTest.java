package io.quorate.raft.transport.grpc;

import io.quorate.raft.transport.Transport;
import io.quorate.raft.transport.TransportContract;

class GrpcTransportTest extends TransportContract {
  private final GrpcNodes nodes = new GrpcNodes();

  @Override
  protected Transport create(long node) {
    return nodes.create(
        node, builder -> builder.queueBytesMax(QUEUE_BYTES).messageBytesMax(QUEUE_BYTES));
  }

  @Override
  protected void started(long node, Transport transport) {
    nodes.started(node, transport);
  }
}
