/**
 * The durable log of transactions. A {@link io.quorate.core.tx.log.TransactionLog} holds, per
 * transaction, a gap-free sequence of {@link io.quorate.core.tx.log.LogRecord}s; adding one is a
 * compare-and-set on the sequence and is fenced by the epoch. Recovery, timers and retries all read
 * the same index of what is due.
 */
@NullMarked
package io.quorate.core.tx.log;

import org.jspecify.annotations.NullMarked;
