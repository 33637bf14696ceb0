package io.quorate.testkit.sim;

/**
 * How an append to a {@link SimTransactionLog} can fail; see {@link SimTransactionLog#failNext}.
 */
public enum AppendFault {
  /**
   * The records are durable, and the caller is told {@link
   * io.quorate.core.tx.log.IndeterminateException}.
   */
  INDETERMINATE_WRITTEN,
  /** Nothing was written, and the caller is told the same. */
  INDETERMINATE_LOST,
  /**
   * Nothing was written, and the caller is told {@link
   * io.quorate.core.tx.log.LogUnavailableException}.
   */
  UNAVAILABLE
}
