/**
 * The transaction log in a relational database. {@link
 * io.quorate.core.tx.log.jdbc.JdbcTransactionLog} is opened with a {@link
 * io.quorate.core.tx.log.jdbc.JdbcLogConfig}; one writer thread commits the appends of all callers
 * in batches: whatever queued while the previous COMMIT ran.
 *
 * <pre>
 *   append ──▶ AppendQueue ──▶ BatchWriter ──▶ BatchPlan (pure: who is in, who is refused)
 *                                  │                │
 *                                  └── LogTables ◀──┘   lock the epoch, read heads; write; COMMIT
 * </pre>
 */
@NullMarked
package io.quorate.core.tx.log.jdbc;

import org.jspecify.annotations.NullMarked;
