package io.quorate.core.tx;

import static java.util.Objects.requireNonNull;

/**
 * The caller's name for one transaction, unique for as long as its log and its participants
 * remember it. Using an id again asks for the outcome of the first use; nothing runs twice.
 *
 * @param value 1 to {@value #LENGTH_MAX} printable ASCII characters without space, so that an id is
 *     safe in a header, a column and a file name's neighbourhood
 */
public record TxId(String value) implements Comparable<TxId> {

  /** The longest id, in characters, which are bytes here. */
  public static final int LENGTH_MAX = 128;

  public TxId {
    Names.requirePrintable("tx", value, LENGTH_MAX);
  }

  @Override
  public int compareTo(TxId other) {
    return value.compareTo(requireNonNull(other, "other").value);
  }

  @Override
  public String toString() {
    return value;
  }
}
