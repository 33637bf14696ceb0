package io.quorate.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.Phase;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.remote.BranchHandler;
import io.quorate.core.wal.WalRecord;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the chapter shows is what happens. */
final class KernelExampleTest {
  private static final BranchRef REF =
      new BranchRef(
          new TxId("order/7"),
          "hold-stock",
          Phase.TRY,
          1,
          new Epoch("shop-1", 4),
          Instant.parse("2026-03-01T12:00:00Z"));

  @Test
  void of_a_timer_and_a_commit_the_first_decides(@TempDir Path directory) throws Exception {
    assertThat(KernelExample.decideOnce(directory)).isEqualTo("undo: out of time");
  }

  @Test
  void what_was_appended_is_there_at_the_next_opening(@TempDir Path directory) {
    byte[] payload = "2 lamps".getBytes(UTF_8);
    assertThat(KernelExample.appendOrder(directory, 7, payload)).isEmpty();
    List<WalRecord> found = KernelExample.appendOrder(directory, 8, payload);
    assertThat(found).extracting(WalRecord::word0).containsExactly(7L);
    assertThat(found.getFirst().payload()).isEqualTo(payload);
  }

  @Test
  void a_participant_is_called_over_http() throws Exception {
    BranchHandler keys = (ref, body) -> new Verdict.Ok(ref.key().getBytes(UTF_8));
    Verdict verdict = KernelExample.overHttp(keys, REF, "lamp".getBytes(UTF_8));
    assertThat(verdict).isInstanceOf(Verdict.Ok.class);
    assertThat(((Verdict.Ok) verdict).result()).asString(UTF_8).isEqualTo(REF.key());
  }

  @Test
  void a_record_is_stored_as_the_json_shown() {
    assertThat(KernelExample.anOrderAsJson())
        .isEqualTo("{\"id\":\"7\",\"lines\":[{\"sku\":\"lamp\",\"pieces\":2}]}");
  }

  @Test
  void telemetry_is_one_observer_more() {
    assertThat(KernelExample.traced(OpenTelemetry.noop()).observers()).hasSize(1);
  }
}
