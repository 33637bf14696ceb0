/**
 * The embedded transaction log: one directory, one owner. A {@link
 * io.quorate.core.tx.log.file.FileTransactionLog} decides every race in memory and writes what was
 * decided to a {@link io.quorate.core.wal.WriteAheadLog}, in the same order; opening it replays the
 * one into the other.
 *
 * <pre>
 *   append ─▶ EpochGate ─▶ Table (sequence, locks, due) ─▶ Journal ─▶ WriteAheadLog
 *               fenced?      one lock per transaction          │
 *   read, due, list ◀─ Table ─ waits until durable ◀───────────┘
 *
 *   Checkpointer: carries what is still needed out of the older half, then truncates it
 * </pre>
 *
 * <h2>Format, version 1</h2>
 *
 * Each record of the write-ahead log has a type. Numbers are big endian. The header words can be
 * read even where the payload has rotted: they tell under which epoch a lost record was written,
 * which record it was, and which of the known transactions it can have belonged to.
 *
 * <pre>
 *   type       word0         word1                                  payload
 *   1 APPEND   epoch number  CRC32C of the id, 32 | sequence, 32    one append
 *   2 CARRY    epoch number  CRC32C of the id, 32 | ended, 1 |      appends of one transaction
 *                            sequence, 31
 *   3 EPOCH    epoch number  0                                      mark, owner in ASCII
 *   4 TIME     epoch number  0                                      mark
 *   5 CLOSE    epoch number  0                                      mark
 *
 *   append: offset  bytes
 *                0      4  length of the append, this field included
 *                4      1  format version, 1
 *                5      1  length n of the id
 *                6      4  sequence of the first record
 *               10      8  epoch number
 *               18     12  the log's time: seconds 8, nanoseconds 4
 *               30      n  the id in ASCII
 *             30+n         records up to the end
 *
 *   record: 1 kind: BEGIN 1, STEP 2, DECIDE 3, PARK 4, RESOLVE 5, END 6
 *           1 flags: FORCED 1, has due 2, has locks 4
 *           4 length of the body
 *          12 due, if any: seconds 8, nanoseconds 4
 *             locks, if any: count 4, then each: length 1, chars 2 each (any string survives)
 *             body
 *
 *   mark:   1 format version, 1
 *          12 the log's time: seconds 8, nanoseconds 4
 * </pre>
 *
 * A CARRY repeats what an earlier record says, so that the earlier one can be dropped: applying it
 * where that one is still there changes nothing. All its appends are of one transaction, in
 * sequence; a transaction too large for one is carried by several, from its first append on. Each
 * says whether the transaction had ended by then: of one that had, and was forgotten, a crash in
 * the middle and a later truncation may leave any stretch, which must not pass for an open one.
 */
@NullMarked
package io.quorate.core.tx.log.file;

import org.jspecify.annotations.NullMarked;
