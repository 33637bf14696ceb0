package io.quorate.benchmarks.peers.jraft;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Iterator;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.core.StateMachineAdapter;

/** Counts what is applied, and tells each proposer. */
final class Counter extends StateMachineAdapter {
  private volatile long applied;

  /** How many entries. */
  long applied() {
    return applied;
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread applies
  public void onApply(Iterator entries) {
    while (entries.hasNext()) {
      applied++;
      Closure done = entries.done();
      if (done != null) {
        done.run(Status.OK());
      }
      entries.next();
    }
  }
}
