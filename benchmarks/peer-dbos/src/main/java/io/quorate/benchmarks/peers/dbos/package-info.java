/**
 * DBOS Transact under the harness: {@link io.quorate.benchmarks.peers.dbos.DbosWorkflow} runs a
 * durable workflow of three steps on PostgreSQL.
 */
@NullMarked
package io.quorate.benchmarks.peers.dbos;

import org.jspecify.annotations.NullMarked;
