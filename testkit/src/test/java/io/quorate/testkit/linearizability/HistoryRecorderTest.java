package io.quorate.testkit.linearizability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.time.Ticker;
import io.quorate.testkit.linearizability.HistoryRecorder.Call;
import io.quorate.testkit.linearizability.Operation.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class HistoryRecorderTest {
  private final AtomicLong now = new AtomicLong();
  private final HistoryRecorder recorder = new HistoryRecorder(4, now::incrementAndGet);

  @Test
  void calls_are_recorded_with_their_ends_and_open_ones_are_unknown() {
    Call put = recorder.invoke(1, "x", "put", 5);
    Call get = recorder.invoke(2, "x", "get", null);
    Call cas = recorder.invoke(3, "x", "cas", 6, 5);
    Call lost = recorder.invoke(4, "x", "put", 7);
    put.ok(null);
    get.ok(5);
    cas.failed();
    lost.unknown();
    assertThat(recorder.history().operations())
        .containsExactly(
            Calls.put(1, 5, 1, 5),
            Calls.get(2, 5, 2, 6),
            Calls.of(3, "cas", 6, 5, null, Outcome.FAILED, 3, 7L),
            Calls.unknownPut(4, 7, 4));
  }

  @Test
  void a_call_still_open_is_unknown_until_it_is_told() {
    Call get = recorder.invoke(2, "x", "get", null);
    assertThat(recorder.history()).isEqualTo(History.of(Calls.unknownGet(2, 1)));
    get.ok("a");
    assertThat(recorder.history()).isEqualTo(History.of(Calls.get(2, "a", 1, 2)));
  }

  @Test
  void a_call_ends_once() {
    Call call = recorder.invoke(1, "x", "put", 5);
    call.unknown();
    assertThatThrownBy(() -> call.ok(null))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("told again, as OK (expected: once)");
    assertThat(recorder.history().count(Outcome.UNKNOWN)).isEqualTo(1);
  }

  @Test
  void a_full_recorder_refuses_and_keeps_what_it_has() {
    for (int i = 0; i < 4; i++) {
      recorder.invoke(1, "x", "put", i).ok(null);
    }
    assertThatThrownBy(() -> recorder.invoke(1, "x", "put", 5))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("operations: 5 (expected: <= 4)");
    assertThat(recorder.history().operations()).hasSize(4);
    assertThatThrownBy(() -> new HistoryRecorder(0, now::get))
        .hasMessage("operationsMax: 0 (expected: >= 1)");
  }

  @Test
  void many_threads_record_at_once() throws InterruptedException {
    HistoryRecorder recorder = new HistoryRecorder(800, Ticker.system());
    AtomicLong register = new AtomicLong();
    List<Thread> clients = new ArrayList<>();
    for (int client = 0; client < 4; client++) {
      int me = client;
      clients.add(Thread.startVirtualThread(() -> putAndGet(recorder, me, register)));
    }
    for (Thread client : clients) {
      client.join();
    }
    assertThat(recorder.history().operations()).hasSize(800);
    // #region check-history
    Verdict verdict = Linearizability.of(new Register()).check(recorder.history());
    // #endregion
    assertThat(verdict).isInstanceOf(Verdict.Linearizable.class);
  }

  private static void putAndGet(HistoryRecorder recorder, int client, AtomicLong register) {
    for (int i = 0; i < 100; i++) {
      // #region recorded-call
      HistoryRecorder.Call put = recorder.invoke(client, "x", "put", i);
      register.set(i); // the real call; where its outcome is lost: put.unknown()
      put.ok(null);
      HistoryRecorder.Call get = recorder.invoke(client, "x", "get", null);
      get.ok(register.get());
      // #endregion
    }
  }
}
