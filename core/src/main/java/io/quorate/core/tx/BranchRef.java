package io.quorate.core.tx;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * One call to one participant of a transaction: all a participant needs to run its part at most
 * once and to refuse a coordinator that has been replaced.
 *
 * @param tx the transaction
 * @param branch the participant's part in it: 1 to {@value #BRANCH_LENGTH_MAX} printable ASCII
 *     characters without space and without '#', unique within the transaction
 * @param phase what is asked
 * @param attempt 1 for the first call of this phase
 * @param epoch the coordinator's fencing token
 * @param startedAt when the transaction began, in the log's time; lets a participant refuse
 *     transactions older than what it still remembers
 */
public record BranchRef(
    TxId tx, String branch, Phase phase, int attempt, Epoch epoch, Instant startedAt) {

  /** The longest branch name, in characters. */
  public static final int BRANCH_LENGTH_MAX = 64;

  /** Between transaction and branch in a key. No branch has it, so no two branches share a key. */
  private static final char KEY_SEPARATOR = '#';

  public BranchRef {
    requireNonNull(tx, "tx");
    Names.requirePrintable("branch", branch, BRANCH_LENGTH_MAX);
    if (branch.indexOf(KEY_SEPARATOR) >= 0) {
      throw new IllegalArgumentException(
          "branch: \"" + branch + "\" (expected: without '" + KEY_SEPARATOR + "')");
    }
    requireNonNull(phase, "phase");
    requireNonNull(epoch, "epoch");
    requireNonNull(startedAt, "startedAt");
    if (attempt < 1) {
      throw new IllegalArgumentException("attempt: " + attempt + " (expected: >= 1)");
    }
  }

  /**
   * The idempotency key of this phase of this branch: the same for every attempt and every
   * coordinator.
   */
  public String key() {
    return key(phase);
  }

  /** The idempotency key of another phase of this branch. */
  public String key(Phase other) {
    return tx.value() + KEY_SEPARATOR + branch + '/' + other;
  }
}
