package io.quorate.raft.txlog;

/**
 * Figures of a table.
 *
 * @param transactions how many are remembered
 * @param liveBytes what transactions that have not ended hold
 * @param retainedBytes what ended transactions hold
 */
public record TableStats(int transactions, long liveBytes, long retainedBytes) {}
