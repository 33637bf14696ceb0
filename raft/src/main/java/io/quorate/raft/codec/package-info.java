/**
 * Bytes of what nodes store and send. {@link io.quorate.raft.codec.BatchCodec} frames an entry
 * batch by a fixed header in front of the payload's own bytes, which are never copied; {@link
 * io.quorate.raft.codec.MembershipCodec} writes a configuration; {@link
 * io.quorate.raft.codec.CommandList} packs many commands into one payload; {@link
 * io.quorate.raft.codec.MessageCodec} writes what nodes say to each other. What does not follow the
 * format is refused with a {@link io.quorate.raft.codec.CodecException} before anything is
 * allocated for it.
 */
@NullMarked
package io.quorate.raft.codec;

import org.jspecify.annotations.NullMarked;
