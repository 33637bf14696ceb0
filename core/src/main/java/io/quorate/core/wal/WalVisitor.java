package io.quorate.core.wal;

/** Receives records in the order they were appended. */
@FunctionalInterface
public interface WalVisitor {

  /**
   * Takes one record.
   *
   * @return whether to go on
   */
  boolean visit(WalRecord walRecord);
}
