/**
 * Seata's saga engine under the harness: {@link io.quorate.benchmarks.peers.seata.SeataSaga} runs a
 * three-step state machine whose progress the engine keeps in PostgreSQL, without a transaction
 * coordinator.
 */
@NullMarked
package io.quorate.benchmarks.peers.seata;

import org.jspecify.annotations.NullMarked;
