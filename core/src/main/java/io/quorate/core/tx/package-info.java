/**
 * The vocabulary of transactions that span several participants: who ({@link
 * io.quorate.core.tx.TxId}, {@link io.quorate.core.tx.BranchRef}), under whose authority ({@link
 * io.quorate.core.tx.Epoch}), what a participant can answer ({@link io.quorate.core.tx.Verdict})
 * and what a caller is told ({@link io.quorate.core.tx.Outcome}).
 */
@NullMarked
package io.quorate.core.tx;

import org.jspecify.annotations.NullMarked;
