/**
 * Performs what protocols decide. A {@link io.quorate.core.tx.runtime.TransactionRuntime} owns a
 * log's epoch, drives each transaction one input at a time, holds every effect until the records it
 * follows from are durable, takes unfinished transactions up again, and lets a person look and
 * decide through its {@link io.quorate.core.tx.runtime.Operator}. Sagas, TCC and 2PC are facades
 * over it.
 */
@NullMarked
package io.quorate.core.tx.runtime;

import org.jspecify.annotations.NullMarked;
