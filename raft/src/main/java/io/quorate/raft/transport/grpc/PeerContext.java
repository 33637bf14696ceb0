package io.quorate.raft.transport.grpc;

import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.quorate.raft.transport.Receiver;

/**
 * What all that talks to one node shares.
 *
 * @param node which node
 * @param address where it listens
 * @param loop the one thread that talks to it
 */
record PeerContext(
    GrpcTransportConfig config,
    Net net,
    Handshake handshake,
    Receiver receiver,
    long node,
    PeerAddress address,
    EventLoop loop) {}
