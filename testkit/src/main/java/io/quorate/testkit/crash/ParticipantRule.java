package io.quorate.testkit.crash;

import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.machine.Call;
import java.util.function.Supplier;

/**
 * How a participant takes a call: what it remembers, what it lets through to its business, what it
 * answers. One object is all participants of one run.
 */
interface ParticipantRule {

  /**
   * @param business the work itself, in the same local transaction as what the rule remembers:
   *     where it does not answer Ok, the rule remembers nothing of it
   */
  Verdict receive(Call call, Supplier<Verdict> business);
}
