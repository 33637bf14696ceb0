package io.quorate.docs;

import java.util.ArrayList;
import java.util.List;

/**
 * A place where a rule does not hold, and why. This is the one list of them.
 *
 * @param rule the test that states the rule
 * @param where the file or class, as in {@link Finding#where()}
 * @param why the reason
 */
record Allowance(String rule, String where, String why) {

  /** Each must still be needed: one that allows nothing fails its rule. */
  static final List<Allowance> ALL =
      List.of(
          new Allowance(
              "open-classes",
              "testkit/src/main/java/io/quorate/testkit/log/TransactionLogContract.java",
              "a contract test is made to be extended by whoever writes a log"),
          new Allowance(
              "purity",
              "io.quorate.saga.FactCodec",
              "its streams are arrays: nothing leaves memory"),
          new Allowance(
              "purity",
              "io.quorate.saga.SagaProtocol",
              "perform, where the world is touched, keeps an interrupt for its caller"),
          new Allowance(
              "wall-clock",
              "io.quorate.core.wal.WalRuntime",
              "tells a person, in the lock file, since when a process owns the log"),
          new Allowance(
              "wall-clock",
              "io.quorate.core.tx.log.file.FileTransactionLog",
              "hands the system's source to the log's own clock, which never goes back"),
          new Allowance(
              "wall-clock",
              "io.quorate.raft.txlog.RaftLogConfig",
              "hands the system's source to the log's own clock, which never goes back"));

  /**
   * What is left of {@code findings} of {@code rule}, and the allowances nothing needs any more.
   */
  static List<Finding> apply(String rule, List<Finding> findings, List<Allowance> allowances) {
    List<Finding> left = new ArrayList<>(findings);
    for (Allowance allowance : allowances) {
      if (allowance.rule.equals(rule) && !left.removeIf(f -> f.where().equals(allowance.where))) {
        left.add(new Finding(allowance.where, 0, "is allowed to break " + rule + " and does not"));
      }
    }
    return left;
  }
}
