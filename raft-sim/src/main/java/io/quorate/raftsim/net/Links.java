package io.quorate.raftsim.net;

import java.util.TreeSet;

/** Who cannot reach whom. */
public final class Links {
  private record Link(long from, long to) implements Comparable<Link> {
    @Override
    public int compareTo(Link other) {
      return from != other.from ? Long.compare(from, other.from) : Long.compare(to, other.to);
    }
  }

  private final TreeSet<Link> cut = new TreeSet<>();

  /** Whether messages of one node reach another. */
  public boolean isOpen(long from, long to) {
    return cut.isEmpty() || !cut.contains(new Link(from, to));
  }

  /** From now on nothing gets from one node to another; the way back is another matter. */
  public void cut(long from, long to) {
    cut.add(new Link(from, to));
  }

  /** Everybody reaches everybody. */
  public void heal() {
    cut.clear();
  }
}
