/**
 * A transaction log that a group replicates: coordinators on several nodes share it, and another
 * one finishes what a dead one began.
 *
 * <pre>
 *   append ─▶ RaftTransactionLog ─▶ session ─▶ RaftNode ─▶ quorum ─▶ TransactionTable, on each node
 *                time, patience     once                              sequence, epoch, locks
 *   read, due, list ◀────────────── linearizable read ◀───────────────┘
 * </pre>
 *
 * {@link io.quorate.raft.txlog.TransactionTable} is the replicated part, a pure state machine:
 * every decision is a function of the commands before it. {@link
 * io.quorate.raft.txlog.RaftTransactionLog} is one node's way to it.
 *
 * <h2>Format, version 1</h2>
 *
 * Numbers are big endian; a time is seconds 8, nanoseconds 4; a name is length 1, then ASCII; a
 * lock is length 1, then chars 2 each (any string survives). Nothing may follow what is listed.
 *
 * <pre>
 *   command: 1 format version, 1
 *            1 type
 *           12 the proposer's reading of the log's time
 *      1 ACQUIRE  lease 12, liveBytesMax 8, retention 12, retainedBytesMax 8, owner: name
 *      2 RENEW    epoch 8
 *      3 RELEASE  epoch 8
 *      4 APPEND   epoch 8, id: name, first sequence 4, records up to the end
 *      5 TICK
 *
 *   record:  1 kind: BEGIN 1, STEP 2, DECIDE 3, PARK 4, RESOLVE 5, END 6
 *            1 flags: FORCED 1, has due 2, has locks 4
 *            4 length of the body
 *           12 due, if any
 *              locks, if any: count 4, then each, in order
 *              body
 *
 *   reply:   1 format version, 1
 *            1 type
 *           12 the log's time
 *      1 ACQUIRED epoch 8          5 CONFLICT expected 4, -1 where it has ended
 *      2 HELD     remaining 12, holder: name
 *      3 DONE                      6 LOCKED   holder: name, lock
 *      4 FENCED   newest 8         7 FULL     bytes 8
 *                                  8 SENSELESS
 *
 *   state:   4 format version, 1
 *           12 the log's time
 *            8 newest epoch
 *              holder: name, empty for nobody
 *           12 lease, 12 its end
 *              limits, as in ACQUIRE
 *            4 how many transactions, then each in the order of ids:
 *              id: name, epoch 8, began 12, changed 12, count of records 4, records
 * </pre>
 */
@NullMarked
package io.quorate.raft.txlog;

import org.jspecify.annotations.NullMarked;
