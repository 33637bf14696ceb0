package io.quorate.core.tx.remote;

import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.Verdict;

/** What a participant does when it is called. */
@FunctionalInterface
public interface BranchHandler {

  /**
   * Runs one phase of one branch. Called once for each delivery, on the server's thread for it, by
   * many threads at once; the same call may come again at any time, also while it runs, and must
   * then have one effect: use {@link BranchRef#key()} or a barrier.
   *
   * @param ref which phase of which branch, under whose authority
   * @param body the payload
   * @return what is known; {@link Verdict.No} only when nothing has happened and nothing will
   * @throws Exception counts as {@link Verdict.Unknown}, as does an {@link Error}
   */
  Verdict handle(BranchRef ref, byte[] body) throws Exception;
}
