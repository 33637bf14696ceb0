/**
 * The contract between a protocol and what runs it. A {@link
 * io.quorate.core.tx.machine.TransactionProtocol} is pure: {@code step(state, input)} gives the
 * next state, the records to append and the effects that may happen once those are durable. The
 * same protocol runs in production and, step by step, in the test kit's crash-point engine.
 *
 * <pre>
 *   input ──▶ step ──▶ Transition(next state, records, effects)
 *                          │           │          │
 *                          │           │          └─ performed after the records are durable
 *                          │           └─ appended, all or nothing; if refused, the old state stays
 *                          └─ kept only if the append succeeded
 * </pre>
 */
@NullMarked
package io.quorate.core.tx.machine;

import org.jspecify.annotations.NullMarked;
