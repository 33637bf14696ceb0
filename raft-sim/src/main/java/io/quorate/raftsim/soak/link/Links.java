package io.quorate.raftsim.soak.link;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** A link from each node of a group to each other one. */
public final class Links implements AutoCloseable {
  private final Map<Long, Map<Long, LinkProxy>> links = new TreeMap<>();

  /**
   * Links between the nodes 1 to {@code nodes}, all open.
   *
   * @throws IOException there are not enough ports
   */
  public Links(int nodes) throws IOException {
    for (long from = 1; from <= nodes; from++) {
      Map<Long, LinkProxy> out = new TreeMap<>();
      links.put(from, out);
      for (long to = 1; to <= nodes; to++) {
        if (to != from) {
          out.put(to, new LinkProxy());
        }
      }
    }
  }

  /** The ports at which a node finds the others. */
  public Map<Long, Integer> ports(long from) {
    Map<Long, Integer> ports = new TreeMap<>();
    links.getOrDefault(from, Map.of()).forEach((to, link) -> ports.put(to, link.port()));
    return ports;
  }

  /** Where a node listens from now on. */
  public void target(long node, int port) {
    links.forEach(
        (from, out) ->
            out.forEach(
                (to, link) -> {
                  if (to == node) {
                    link.target(port);
                  }
                }));
  }

  /** What the link from one node to another does from now on. */
  public void set(long from, long to, LinkState state) {
    LinkProxy link = links.getOrDefault(from, Map.of()).get(to);
    if (link == null) {
      throw new IllegalArgumentException(
          "link: %d to %d (expected: two of %s)".formatted(from, to, links.keySet()));
    }
    link.set(state);
  }

  /** What all links do from now on. */
  public void setAll(LinkState state) {
    links.values().forEach(out -> out.values().forEach(link -> link.set(state)));
  }

  @Override
  public void close() {
    links.values().forEach(out -> out.values().forEach(LinkProxy::close));
  }
}
