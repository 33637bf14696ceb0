/**
 * Sagas: one long transaction made of local ones, each with a way to undo it.
 *
 * <p>A {@link io.quorate.saga.SagaDefinition} is built from typed {@link io.quorate.saga.Step}s; a
 * {@link io.quorate.saga.SagaCoordinator} runs it on a durable {@link
 * io.quorate.core.tx.log.TransactionLog} and tells the caller an {@link
 * io.quorate.core.tx.Outcome}.
 *
 * <pre>
 *   Steps&lt;Order&gt; steps ──▶ Step, Step, … ──▶ SagaDefinition ──▶ SagaCoordinator ──▶ Outcome
 * </pre>
 */
@NullMarked
package io.quorate.saga;

import org.jspecify.annotations.NullMarked;
