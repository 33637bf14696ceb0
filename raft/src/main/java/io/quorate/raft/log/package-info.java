/**
 * The log as consensus sees it. An {@link io.quorate.raft.log.EntryBatch} is what is proposed,
 * stored, sent and applied as one; its {@link io.quorate.raft.log.Payload} is opaque but for
 * memberships. A {@link io.quorate.raft.log.LogIndex} knows of each batch where it lies, its term
 * and its size, and no bytes; a {@link io.quorate.raft.log.SnapshotMark} says what a snapshot
 * stands for.
 */
@NullMarked
package io.quorate.raft.log;

import org.jspecify.annotations.NullMarked;
