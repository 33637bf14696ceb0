package io.quorate.core.tx.log.file;

/**
 * Figures of a {@link FileTransactionLog}, for people and meters.
 *
 * @param live how many transactions have not ended
 * @param ended how many ended ones are remembered
 * @param liveBytes what the former hold in memory
 * @param endedBytes what the latter hold in memory
 * @param logBytes how long the write-ahead log is
 * @param checkpoints how many were made since the log was opened
 * @param carriedBytes how many bytes these wrote again
 */
public record FileLogStats(
    int live,
    int ended,
    long liveBytes,
    long endedBytes,
    long logBytes,
    long checkpoints,
    long carriedBytes) {}
