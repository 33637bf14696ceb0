package io.quorate.raft.transport.grpc;

import io.quorate.raft.transport.SnapshotContract;
import io.quorate.raft.transport.Transport;

class GrpcSnapshotTest extends SnapshotContract {
  private final GrpcNodes nodes = new GrpcNodes();

  @Override
  protected Transport create(long node) {
    return nodes.create(node, builder -> builder.snapshotChunkBytes(300_000));
  }

  @Override
  protected void started(long node, Transport transport) {
    nodes.started(node, transport);
  }
}
