package io.quorate.testkit.crash;

import io.quorate.core.tx.machine.Call;

/**
 * A call on its way.
 *
 * @param from who made it and hears the reply
 * @param live the transaction it belongs to, as it was in memory
 * @param state the state that asked for it
 */
record Sent<S>(Coordinator<S> from, Live<S> live, Call call, S state) {

  String name() {
    return call.ref().branch() + " " + call.ref().phase();
  }

  /** Tells it from other calls, the same in every run. */
  long key() {
    return 31L * (31L * call.ref().branch().hashCode() + call.ref().phase().name().hashCode())
        + call.ref().attempt();
  }
}
