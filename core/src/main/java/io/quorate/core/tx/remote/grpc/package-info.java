/**
 * Participants over gRPC; needs {@code io.grpc:grpc-api} and {@code grpc-stub}, which this library
 * does not bring along. {@link io.quorate.core.tx.remote.grpc.GrpcParticipant} calls any stub under
 * a {@link io.quorate.core.tx.BranchRef} and reads the answer as a {@link
 * io.quorate.core.tx.Verdict}; {@link io.quorate.core.tx.remote.grpc.TxGrpc} has what a service
 * needs: an interceptor, the branch it is called for, and the exceptions that are answers.
 */
@NullMarked
package io.quorate.core.tx.remote.grpc;

import org.jspecify.annotations.NullMarked;
