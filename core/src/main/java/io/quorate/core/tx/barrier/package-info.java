/**
 * The participant's side of exactly-once: {@link io.quorate.core.tx.barrier.Barrier} keeps one row
 * per branch in the participant's own database and decides, in the participant's own transaction,
 * whether a try, confirm or cancel runs, was done before ({@link
 * io.quorate.core.tx.barrier.BarrierResult}) or must be refused. {@link
 * io.quorate.core.tx.barrier.BarrierGc} forgets old rows without ever letting them run again.
 */
@NullMarked
package io.quorate.core.tx.barrier;

import org.jspecify.annotations.NullMarked;
