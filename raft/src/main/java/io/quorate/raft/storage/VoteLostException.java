package io.quorate.raft.storage;

/**
 * More of the disk is damaged than one place: the last vote, or the term it was given in, may be
 * lost, and with it the ground on which this node may say anything to its group. It must not take
 * part again under its id: have the others remove it, and take it in again, empty, under another
 * id.
 */
public final class VoteLostException extends StorageException {
  private static final long serialVersionUID = 1;

  VoteLostException(int group) {
    super(
        "group %d: the last vote may be lost (expected: readable in the log or in a slot);"
                .formatted(group)
            + " remove this node from the group, and add it under another id",
        null);
  }
}
