package io.quorate.raft.transport.grpc;

import io.grpc.KnownLength;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * The gRPC methods of the wire format, bytes to bytes:
 *
 * <pre>
 *   Control    stream of {@link FrameWriter frames} of heartbeats, votes and reads; no answers
 *   Entries    stream of frames of the other messages; no answers
 *   Call       group in 2 bytes, question  ->  answer
 *   Snapshot   see {@link SnapshotWire}
 * </pre>
 */
final class Wire {
  static final String SERVICE = "quorate.raft.Transport";

  /** The versions of the wire format that this release speaks. */
  static final int VERSION_MIN = 1;

  static final int VERSION_MAX = 1;

  static final MethodDescriptor<InputStream, ByteBuffer> CONTROL =
      sent("Control", MethodDescriptor.MethodType.BIDI_STREAMING);
  static final MethodDescriptor<InputStream, ByteBuffer> ENTRIES =
      sent("Entries", MethodDescriptor.MethodType.BIDI_STREAMING);
  static final MethodDescriptor<InputStream, ByteBuffer> CALL =
      sent("Call", MethodDescriptor.MethodType.UNARY);
  static final MethodDescriptor<InputStream, ByteBuffer> SNAPSHOT =
      sent("Snapshot", MethodDescriptor.MethodType.BIDI_STREAMING);

  /** Which cluster the client belongs to. */
  static final Metadata.Key<String> CLUSTER = key("quorate-cluster");

  /** Who the client is; decimal, unsigned. */
  static final Metadata.Key<String> FROM = key("quorate-from");

  /** Whom the client wants to reach; decimal, unsigned. */
  static final Metadata.Key<String> TO = key("quorate-to");

  /** Of a request, the versions the client speaks, {@code min-max}; of an answer, the chosen. */
  static final Metadata.Key<String> VERSION = key("quorate-wire");

  /** Trailer: the {@link PeerRefusal}. */
  static final Metadata.Key<String> REFUSAL = key("quorate-refusal");

  private Wire() {}

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private static MethodDescriptor<InputStream, ByteBuffer> sent(
      String name, MethodDescriptor.MethodType type) {
    return MethodDescriptor.<InputStream, ByteBuffer>newBuilder()
        .setType(type)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
        .setRequestMarshaller(new Sent())
        .setResponseMarshaller(new Received())
        .build();
  }

  /** The same method as its server sees it. */
  static MethodDescriptor<ByteBuffer, InputStream> received(
      MethodDescriptor<InputStream, ByteBuffer> method) {
    return MethodDescriptor.<ByteBuffer, InputStream>newBuilder()
        .setType(method.getType())
        .setFullMethodName(method.getFullMethodName())
        .setRequestMarshaller(new Received())
        .setResponseMarshaller(new Sent())
        .build();
  }

  /** Hands to gRPC what already is a stream. */
  private static final class Sent implements MethodDescriptor.Marshaller<InputStream> {
    @Override
    public InputStream stream(InputStream value) {
      return value;
    }

    @Override
    public InputStream parse(InputStream stream) {
      throw new UnsupportedOperationException("only sent");
    }
  }

  /** Copies once from gRPC's buffers, which are to be used again, into an array of its own. */
  private static final class Received implements MethodDescriptor.Marshaller<ByteBuffer> {
    @Override
    public InputStream stream(ByteBuffer value) {
      throw new UnsupportedOperationException("only received");
    }

    @Override
    public ByteBuffer parse(InputStream stream) {
      try {
        if (!(stream instanceof KnownLength)) {
          return ByteBuffer.wrap(stream.readAllBytes());
        }
        byte[] bytes = new byte[stream.available()];
        int read = stream.readNBytes(bytes, 0, bytes.length);
        return ByteBuffer.wrap(bytes, 0, read);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
