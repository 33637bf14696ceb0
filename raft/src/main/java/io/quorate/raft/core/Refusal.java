package io.quorate.raft.core;

/** Why a node does not do what was asked of it. In each case nothing has changed. */
public enum Refusal {
  /** Another node leads, or none: ask there, or later. */
  NOT_LEADER,
  /** Leadership is being handed over: ask the next leader. */
  TRANSFERRING,
  /** More is waiting to be agreed on than the limit allows: wait for some of it. */
  TOO_MUCH_UNCOMMITTED,
  /** The command is larger than a command may be: split it, or allow more on all nodes. */
  TOO_LARGE,
  /** The state machine is too far behind what is agreed on: wait for it. */
  TOO_MUCH_UNAPPLIED,
  /** The disk is nearly full: make room. What has begun still ends. */
  NO_ROOM,
  /** The leader has not committed anything of its own term yet: ask again in a moment. */
  NOT_READY,
  /** An earlier change of membership is not over. */
  CHANGE_IN_PROGRESS,
  /** The change of membership breaks a rule: nobody would be left, or nothing would change. */
  BAD_CHANGE,
  /** The node named is no voter, or this one, or none has caught up. */
  BAD_TRANSFEREE,
  /** The other node did not take over in time. */
  TRANSFER_TIMED_OUT,
  /** Too many reads wait for an answer already. */
  TOO_MANY_READS,
  /** The disk failed: this node is out until it is started again. */
  STORAGE_FAILED
}
