package io.quorate.raft.storage;

import org.jspecify.annotations.Nullable;

/**
 * Which state a group starts from, by what its two places say. Pure.
 *
 * <p>Each state was durable in the log <em>and</em> in a slot before it counted. So the last one is
 * known if either place is whole: the log, if nothing of the state that came later is lost; the
 * slots, if both can be read. One alone may be damaged at a time:
 *
 * <ul>
 *   <li>one slot, or both: the log has it;
 *   <li>any part of the log, all of it, or its end: the slots have it;
 *   <li>of both places something: where the log's record is still known by its header, its words
 *       are term and vote; else the vote is in doubt for good.
 * </ul>
 */
final class StateVerdict {
  /** More starts than anybody makes between two damages: a boot that is lost is not met again. */
  static final long BOOT_GAP = 1L << 20;

  private StateVerdict() {}

  /**
   * The state before this start.
   *
   * @param log what the log says
   * @param isLogShort whether the log ends before where it was durable once
   */
  static GroupState of(GroupEvents log, HardStateSlots slots, boolean isLogShort) {
    HardStateSlots.@Nullable Slot newest = slots.newest();
    GroupState state = newest == null ? log.state() : log.state().latest(newest.state());
    boolean isNew = !log.isKnown() && slots.isAbsent();
    boolean logIsWhole = log.isStateWhole() && !isLogShort;
    if (isNew || logIsWhole || slots.isComplete()) {
      return state;
    }
    boolean voteIsKnown = log.isVoteKnown() && !isLogShort;
    return state
        .boot(state.boot() + BOOT_GAP)
        .logInDoubt(true)
        .voteInDoubt(state.voteInDoubt() || !voteIsKnown);
  }
}
