package io.quorate.raft.replica;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * A command and who waits for its result.
 *
 * @param command its bytes; nobody changes them any more
 * @param result completed with what the state machine returned, or with a {@link
 *     io.quorate.raft.RaftException}
 */
public record Proposal(ByteBuffer command, CompletableFuture<byte[]> result) {
  public Proposal {
    requireNonNull(command, "command");
    requireNonNull(result, "result");
  }
}
