package io.quorate.raft.core;

/**
 * Who a node is from now on.
 *
 * @param role its own role
 * @param term the term
 * @param leader who leads it; 0 while that is not known
 */
public record RoleChange(Role role, long term, long leader) {}
