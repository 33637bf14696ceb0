package io.quorate.core.tx;

import static java.util.Objects.requireNonNull;

/**
 * The authority under which a coordinator writes and calls: a fencing token handed out by the log.
 * Each acquisition of the same log gets a larger number; whatever carries a smaller one is refused,
 * by the log and by every participant that uses a barrier. No clock is involved.
 *
 * @param owner who holds it, for people to read
 * @param number grows with each acquisition; 0 is nobody's, used by records that any process may
 *     add
 */
public record Epoch(String owner, long number) implements Comparable<Epoch> {

  /** The longest owner name, in characters. */
  public static final int OWNER_LENGTH_MAX = 128;

  /** The epoch of records that are not fenced: a begin joined to a caller's local transaction. */
  public static final Epoch NONE = new Epoch("nobody", 0);

  public Epoch {
    requireNonNull(owner, "owner");
    Names.requirePrintable("owner", owner, OWNER_LENGTH_MAX);
    if (number < 0) {
      throw new IllegalArgumentException("number: " + number + " (expected: >= 0)");
    }
  }

  @Override
  public int compareTo(Epoch other) {
    return Long.compare(number, other.number);
  }

  @Override
  public String toString() {
    return number + "@" + owner;
  }
}
