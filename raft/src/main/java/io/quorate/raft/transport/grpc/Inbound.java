package io.quorate.raft.transport.grpc;

import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.quorate.raft.transport.Receiver;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** What this node does with what other nodes begin. */
final class Inbound {
  private final GrpcTransportConfig config;
  private final Net net;
  private final Handshake handshake;
  private final Receiver receiver;
  private final Downloads downloads = new Downloads();

  Inbound(GrpcTransportConfig config, Net net, Handshake handshake, Receiver receiver) {
    this.config = config;
    this.net = net;
    this.handshake = handshake;
    this.receiver = receiver;
  }

  private interface Begin {
    ServerCall.Listener<ByteBuffer> begin(ServerCall<ByteBuffer, InputStream> call, long from);
  }

  ServerServiceDefinition service() {
    return ServerServiceDefinition.builder(Wire.SERVICE)
        .addMethod(Wire.received(Wire.CONTROL), introduced(this::stream))
        .addMethod(Wire.received(Wire.ENTRIES), introduced(this::stream))
        .addMethod(Wire.received(Wire.CALL), introduced(this::call))
        .addMethod(Wire.received(Wire.SNAPSHOT), introduced(this::snapshot))
        .build();
  }

  private ServerCallHandler<ByteBuffer, InputStream> introduced(Begin begin) {
    return (call, headers) -> {
      Handshake.Accepted accepted = handshake.accept(call, headers);
      return accepted == null ? new ServerCall.Listener<>() {} : begin.begin(call, accepted.from());
    };
  }

  private ServerCall.Listener<ByteBuffer> stream(
      ServerCall<ByteBuffer, InputStream> call, long from) {
    return new InboundStream(call, from, receiver, net.loop()).begin();
  }

  private ServerCall.Listener<ByteBuffer> call(
      ServerCall<ByteBuffer, InputStream> call, long from) {
    return new InboundCall(call, from, receiver, config.messageBytesMax()).begin();
  }

  private ServerCall.Listener<ByteBuffer> snapshot(
      ServerCall<ByteBuffer, InputStream> call, long from) {
    return new SnapshotDownload(call, from, receiver, downloads, new Serial(net.disk())).begin();
  }
}
