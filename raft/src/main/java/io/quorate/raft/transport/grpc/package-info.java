/**
 * Nodes that reach each other over gRPC, without generated code. {@link
 * io.quorate.raft.transport.grpc.GrpcTransport} is made from a {@link
 * io.quorate.raft.transport.grpc.GrpcTransportConfig}, which names the other nodes by {@link
 * io.quorate.raft.transport.grpc.PeerAddress} and says in {@link
 * io.quorate.raft.transport.grpc.GrpcTls} who may call itself which node; a {@link
 * io.quorate.raft.transport.grpc.PeerRefusal} is why one was turned away.
 *
 * <pre>
 *   send ─▶ Peer ─▶ Lane ─▶ FrameWriter ═══ gRPC ═══▶ FrameReader ─▶ InboundStream ─▶ receive
 * </pre>
 */
@NullMarked
package io.quorate.raft.transport.grpc;

import org.jspecify.annotations.NullMarked;
