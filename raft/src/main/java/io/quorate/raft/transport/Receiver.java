package io.quorate.raft.transport;

import io.quorate.raft.core.Message;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** What a transport does with what comes in. Called by the transport's threads; must not block. */
public interface Receiver {

  /**
   * A message has come.
   *
   * @param from which node; the transport vouches for it
   * @return whether there was room for it; if not, the transport reads no more from that node for a
   *     while
   */
  boolean receive(int group, long from, Message message);

  /** Messages to a node were lost. */
  void unreachable(int group, long node);

  /**
   * A snapshot is coming.
   *
   * @return where its bytes go
   */
  SnapshotSink snapshot(int group, long from, Message.InstallSnapshot install);

  /**
   * A node asks something.
   *
   * @return the answer
   */
  CompletableFuture<ByteBuffer> answer(int group, long from, ByteBuffer question);
}
