package io.quorate.raft.transport.local;

import io.quorate.raft.quorum.NodeIds;
import io.quorate.raft.transport.TransportException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of one process, and the links between them. A link goes one way; all are whole until
 * they are cut. Safe for use by many threads.
 */
public final class LocalNetwork {
  private static final int QUEUE_BYTES_MAX = 16 << 20;

  record Link(long from, long to) {}

  private record Question(Link link, CompletableFuture<ByteBuffer> answer) {}

  private final int queueBytesMax;
  private final ConcurrentMap<Long, LocalTransport> started = new ConcurrentHashMap<>();
  private final Set<Link> cut = ConcurrentHashMap.newKeySet();
  private final Set<Question> unanswered = ConcurrentHashMap.newKeySet();

  /** A network where 16 MiB may wait on each link. */
  public LocalNetwork() {
    this(QUEUE_BYTES_MAX);
  }

  /**
   * @param queueBytesMax how many bytes of messages may wait on each link, heartbeats, votes and
   *     reads apart, for which there is as much again; at least 1
   */
  public LocalNetwork(int queueBytesMax) {
    if (queueBytesMax < 1) {
      throw new IllegalArgumentException("queueBytesMax: " + queueBytesMax + " (expected: >= 1)");
    }
    this.queueBytesMax = queueBytesMax;
  }

  /**
   * A transport for a node, which is reached once that is started and until it is closed.
   *
   * @param node not 0; only one of its transports is started at a time
   */
  public LocalTransport transport(long node) {
    return new LocalTransport(this, NodeIds.requireNode(node), queueBytesMax);
  }

  /** Nothing passes from one node to another from now on; what was under way is lost. */
  public void cut(long from, long to) {
    Link link = new Link(from, to);
    cut.add(link);
    unanswered.forEach(
        question -> {
          boolean broken = question.link.equals(link) || question.link.equals(new Link(to, from));
          if (broken) {
            fail(question, "the link was cut");
          }
        });
  }

  /** Cuts all links of a node, both ways, to the nodes that are started now. */
  public void isolate(long node) {
    for (long other : started.keySet()) {
      if (other != node) {
        cut(node, other);
        cut(other, node);
      }
    }
  }

  /** Lets everything pass from one node to another again. */
  public void heal(long from, long to) {
    cut.remove(new Link(from, to));
  }

  /** Lets everything pass again. */
  public void healAll() {
    cut.clear();
  }

  /**
   * @throws TransportException another transport of the node is started
   */
  void enter(long node, LocalTransport transport) {
    if (started.putIfAbsent(node, transport) != null) {
      throw new TransportException(
          false, "node %s is started: close it first".formatted(Long.toUnsignedString(node)), null);
    }
  }

  void leave(long node, LocalTransport transport) {
    started.remove(node, transport);
    unanswered.forEach(
        question -> {
          if (question.link.from() == node || question.link.to() == node) {
            fail(question, "a node was closed");
          }
        });
  }

  /** Who is at the end of a link; {@code null} if the link is cut, or nobody is there. */
  @Nullable LocalTransport reach(long from, long to) {
    return isWhole(from, to) ? started.get(to) : null;
  }

  boolean isWhole(long from, long to) {
    return !cut.contains(new Link(from, to));
  }

  /** An answer that fails once it can no longer come. */
  void asked(long from, long to, CompletableFuture<ByteBuffer> answer) {
    Question question = new Question(new Link(from, to), answer);
    unanswered.add(question);
    var unused = answer.whenComplete((given, failure) -> unanswered.remove(question));
    if (reach(from, to) == null) {
      fail(question, "the link was cut");
    }
  }

  private static void fail(Question question, String why) {
    question.answer.completeExceptionally(
        new TransportException(
            true,
            "node %s: %s; it may have acted on the question"
                .formatted(Long.toUnsignedString(question.link.to()), why),
            null));
  }
}
