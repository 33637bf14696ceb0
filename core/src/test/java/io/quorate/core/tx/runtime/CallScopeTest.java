package io.quorate.core.tx.runtime;

import static io.quorate.core.tx.runtime.Rig.get;
import static io.quorate.core.tx.runtime.Rig.start;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.machine.TxEvent;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is in force around participants' code, and what it cannot break. */
@Timeout(30)
class CallScopeTest {
  @TempDir Path directory;
  private Rig rig;
  private final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void open() {
    rig = new Rig(directory);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private Relay relay() {
    return Relay.of(
        ref -> {
          seen.add("works");
          return Relay.ok();
        });
  }

  /** Notes what happens to it. */
  private final class Noting implements CallScope {
    private final String name;

    Noting(String name) {
      this.name = name;
    }

    @Override
    public void on(TxEvent event) {
      if (event instanceof TxEvent.Began) {
        seen.add(name + " began");
      }
    }

    @Override
    public Surroundings here() {
      Thread starter = Thread.currentThread();
      return () -> {
        assertThat(Thread.currentThread()).isNotEqualTo(starter);
        seen.add(name + " enters");
        return () -> seen.add(name + " leaves");
      };
    }

    @Override
    public Scope around(BranchRef ref) {
      Thread caller = Thread.currentThread();
      seen.add(name + " around " + ref.branch());
      return () -> seen.add(name + (Thread.currentThread() == caller ? " closes" : " elsewhere"));
    }
  }

  @Test
  void each_surrounds_the_begin_and_the_call_and_they_nest() throws Exception {
    RuntimeConfig config = Rig.QUICK.observedBy(new Noting("a")).observedBy(new Noting("b"));
    try (TransactionRuntime runtime = rig.open(config, relay())) {
      assertThat(get(start(runtime, "t", "1"))).isInstanceOf(Outcome.Done.class);
    }
    assertThat(seen)
        .containsSubsequence("a enters", "b enters", "a began", "b began", "b leaves", "a leaves")
        .containsSubsequence("a around leg-0", "b around leg-0", "works", "b closes", "a closes");
  }

  /** Fails wherever it is asked. */
  private static final class Failing implements CallScope {
    @Override
    public void on(TxEvent event) {}

    @Override
    public Surroundings here() {
      throw new AssertionError("here");
    }

    @Override
    public Scope around(BranchRef ref) {
      if (ref.branch().equals("leg-0")) {
        throw new IllegalStateException("around");
      }
      return () -> {
        throw new IllegalStateException("close");
      };
    }
  }

  @Test
  void one_that_fails_hurts_neither_the_transaction_nor_the_others() throws Exception {
    List<TxEvent> told = new CopyOnWriteArrayList<>();
    RuntimeConfig config =
        Rig.QUICK.observedBy(new Failing()).observedBy(new Noting("b")).observedBy(told::add);
    try (TransactionRuntime runtime = rig.open(config, relay())) {
      assertThat(get(start(runtime, "t", "2"))).isInstanceOf(Outcome.Done.class);
    }
    assertThat(seen)
        .containsSubsequence("b enters", "b began", "b leaves")
        .containsSubsequence("b around leg-0", "works", "b closes")
        .containsSubsequence("b around leg-1", "works", "b closes");
    assertThat(told).isNotEmpty();
  }
}
