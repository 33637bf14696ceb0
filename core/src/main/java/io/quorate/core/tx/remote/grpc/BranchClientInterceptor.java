package io.quorate.core.tx.remote.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.remote.TraceHeaders;

/** Puts a branch on calls; see {@link TxGrpc#attach}. */
record BranchClientInterceptor(BranchRef ref, TraceHeaders trace) implements ClientInterceptor {

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    return new ForwardingClientCall.SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        TxMetadata.write(ref, headers);
        trace
            .of(ref)
            .forEach(
                (name, value) -> {
                  Metadata.Key<String> key = TxMetadata.key(name);
                  if (!headers.containsKey(key)) {
                    headers.put(key, value);
                  }
                });
        super.start(listener, headers);
      }
    };
  }
}
