package io.quorate.raft.log;

import static java.util.Objects.requireNonNull;

import io.quorate.raft.membership.Membership;
import java.nio.ByteBuffer;

/** What a batch of entries holds. */
public sealed interface Payload {

  /** How many entries it is; at least 1. */
  int count();

  /** How many bytes it takes in memory, on disk and on the wire, headers aside. */
  int sizeBytes();

  /**
   * Commands for the state machine, in a form that only it and the runtime know.
   *
   * @param count how many commands; at least 1
   * @param bytes all of them; nobody changes the contents any more. Consensus never looks inside
   */
  record Commands(int count, ByteBuffer bytes) implements Payload {
    public Commands {
      requireNonNull(bytes, "bytes");
      if (count < 1) {
        throw new IllegalArgumentException("count: " + count + " (expected: >= 1)");
      }
    }

    @Override
    public int sizeBytes() {
      return bytes.remaining();
    }
  }

  /** The entry a leader begins its term with, so that it may commit what came before. */
  record NewTerm() implements Payload {
    @Override
    public int count() {
      return 1;
    }

    @Override
    public int sizeBytes() {
      return 0;
    }
  }

  /**
   * A configuration. It counts as soon as it is appended.
   *
   * @param membership who belongs to the group from this entry on
   */
  record Configuration(Membership membership) implements Payload {
    public Configuration {
      requireNonNull(membership, "membership");
    }

    @Override
    public int count() {
      return 1;
    }

    /** Eight bytes for each mention of a node, and one for the rest. */
    @Override
    public int sizeBytes() {
      return 1
          + Long.BYTES
              * (membership.voters().size()
                  + membership.outgoing().size()
                  + membership.learners().size()
                  + membership.learnersNext().size()
                  + membership.promoting().size());
    }
  }
}
