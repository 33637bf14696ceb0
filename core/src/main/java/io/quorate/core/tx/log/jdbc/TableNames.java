package io.quorate.core.tx.log.jdbc;

/** The names of the tables. */
record TableNames(String prefix) {
  String format() {
    return prefix + "format";
  }

  String epoch() {
    return prefix + "epoch";
  }

  String head() {
    return prefix + "head";
  }

  String log() {
    return prefix + "log";
  }

  String lock() {
    return prefix + "lock";
  }
}
