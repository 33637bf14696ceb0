package io.quorate.core.tx.remote.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.remote.MalformedHeaderException;

/** Reads the branch from calls; see {@link TxGrpc#serverInterceptor}. */
final class TxServerInterceptor implements ServerInterceptor {

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (!TxMetadata.namesBranch(headers)) {
      return next.startCall(call, headers);
    }
    BranchRef ref;
    try {
      ref = TxMetadata.read(headers);
    } catch (MalformedHeaderException malformed) {
      call.close(Status.INVALID_ARGUMENT.withDescription(malformed.getMessage()), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    Context inBranch = Context.current().withValue(TxGrpc.CURRENT, ref);
    return Contexts.interceptCall(inBranch, call, headers, next);
  }
}
