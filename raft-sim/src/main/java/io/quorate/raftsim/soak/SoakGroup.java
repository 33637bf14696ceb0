package io.quorate.raftsim.soak;

import io.quorate.raftsim.soak.link.LinkState;
import io.quorate.raftsim.soak.link.Links;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The processes and the links between them. Nodes are numbered from 1. */
final class SoakGroup implements AutoCloseable {
  private final Links links;
  private final Map<Long, NodeProcess> nodes = new TreeMap<>();

  /** A group of which no node runs. */
  SoakGroup(int size, Path directory, Findings findings) throws IOException {
    links = new Links(size);
    for (long node = 1; node <= size; node++) {
      nodes.put(node, new NodeProcess(node, directory, links.ports(node), findings));
    }
  }

  Links links() {
    return links;
  }

  NodeProcess node(long number) {
    NodeProcess node = nodes.get(number);
    if (node == null) {
      throw new IllegalArgumentException(
          "node: %d (expected: one of %s)".formatted(number, nodes.keySet()));
    }
    return node;
  }

  Collection<Long> numbers() {
    return nodes.keySet();
  }

  /** Starts nodes at the same time, and waits until all listen. */
  void start(Collection<Long> which) throws IOException {
    CompletableFuture<?>[] starts =
        which.stream()
            .map(number -> CompletableFuture.runAsync(() -> start(number)))
            .toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(starts).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof UncheckedIOException io ? io.getCause() : new IOException(e);
    }
  }

  private void start(long number) {
    try {
      links.target(number, node(number).start().raft());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills nodes, and waits until they are gone. */
  void kill(Collection<Long> which) {
    which.forEach(number -> node(number).kill());
  }

  /** All links open, all disks as fast as they are. */
  void heal() {
    links.setAll(LinkState.OPEN);
    nodes.values().forEach(node -> node.slow(Duration.ZERO));
  }

  /** Kills all that run. */
  @Override
  public void close() {
    nodes.values().forEach(NodeProcess::kill);
    links.close();
  }
}
