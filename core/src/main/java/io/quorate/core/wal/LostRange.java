package io.quorate.core.wal;

import java.util.List;

/**
 * A range of the log that cannot be read and was not torn by a crash.
 *
 * <p>Records appended together are lost together: the range then covers all of them.
 *
 * @param start where it starts
 * @param end where reading goes on
 * @param cause how sure it is that an acknowledged record is among them
 * @param named the records in the range whose headers can be read, in order; parts of the range
 *     that none of them covers held records, or none, of which nothing is known
 */
public record LostRange(long start, long end, Cause cause, List<Name> named) {

  /** How sure the loss is. */
  public enum Cause {
    /** The range was durable: the log said so later. */
    ROTTEN,
    /** The range is of the last batch, complete on disk but damaged: may have been acknowledged. */
    SUSPECT
  }

  /**
   * A record known by its header alone.
   *
   * @param start where it starts
   * @param end where it ends
   * @param type the caller's
   * @param stream the caller's
   * @param word0 the caller's
   * @param word1 the caller's
   */
  public record Name(long start, long end, int type, int stream, long word0, long word1) {}

  public LostRange {
    named = List.copyOf(named);
  }

  @Override
  public String toString() {
    return "%s %d..%d%s".formatted(cause, start, end, named.isEmpty() ? "" : " " + named);
  }
}
