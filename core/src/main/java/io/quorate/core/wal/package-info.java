/**
 * The durable floor: a group-committing write-ahead log of opaque records. A {@link
 * io.quorate.core.wal.WriteAheadLog} gives each append a position, acknowledges by position, and
 * says in its {@link io.quorate.core.wal.Recovery} what a crash or the disk did to it. A {@link
 * io.quorate.core.wal.Disk} is all it asks of storage; {@link io.quorate.core.wal.WalTool} reads a
 * log for people.
 *
 * <pre>
 *   append ──▶ AppendQueue ──batch──▶ WalWriter ──write, force──▶ Disk
 *                                        │ durable position
 *   awaitDurable ◀──── DurableGate ◀─────┘
 *
 *   open ──▶ LogScan (reads) ──▶ Recovery ──▶ LogRepair (writes)
 * </pre>
 */
@NullMarked
package io.quorate.core.wal;

import org.jspecify.annotations.NullMarked;
