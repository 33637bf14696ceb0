/**
 * Who belongs to a group: {@link io.quorate.raft.membership.Membership} is a value, {@link
 * io.quorate.raft.membership.MembershipChange} a wish, and what is not allowed a {@link
 * io.quorate.raft.membership.MembershipException}. All pure; when a configuration counts is decided
 * elsewhere: as soon as it is in the log.
 */
@NullMarked
package io.quorate.raft.membership;

import org.jspecify.annotations.NullMarked;
