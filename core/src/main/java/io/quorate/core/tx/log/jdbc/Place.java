package io.quorate.core.tx.log.jdbc;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where a value was read, so that one that means nothing is named.
 *
 * @param row the row, for people to read
 */
record Place(String shard, String row) {

  static Place transaction(String shard, String tx) {
    return new Place(shard, "transaction " + tx);
  }

  static Place record(String shard, String tx, int seq) {
    return new Place(shard, "transaction " + tx + " record " + seq);
  }

  /**
   * What a column's value means.
   *
   * @throws LogDamagedException when {@code as} can make nothing of it
   */
  <V extends @Nullable Object, T> T read(
      String column, V value, Function<? super V, ? extends T> as) {
    try {
      return as.apply(value);
    } catch (RuntimeException nothing) {
      throw LogDamagedException.unreadable(shard, row, column, value, nothing);
    }
  }
}
