package io.quorate.testkit.log;

import static io.quorate.testkit.log.TestRecords.begin;
import static io.quorate.testkit.log.TestRecords.beginAndSteps;
import static io.quorate.testkit.log.TestRecords.body;
import static io.quorate.testkit.log.TestRecords.due;
import static io.quorate.testkit.log.TestRecords.end;
import static io.quorate.testkit.log.TestRecords.lazy;
import static io.quorate.testkit.log.TestRecords.locking;
import static io.quorate.testkit.log.TestRecords.record;
import static io.quorate.testkit.log.TestRecords.step;
import static io.quorate.testkit.log.TestRecords.tx;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogRecord.Kind;
import io.quorate.core.tx.log.SequenceConflictException;
import io.quorate.core.tx.log.TxHead;
import io.quorate.core.tx.log.TxHead.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Records of a transaction: what is read back, and the compare-and-set on the sequence. */
interface SequencePromises extends LogPromises {

  @Test
  default void records_are_read_back_as_they_were_appended() throws Exception {
    Epoch epoch = acquire();
    TxId tx = tx("order/77?a=b&c='%;--\"\\");
    Instant oddDue = Instant.ofEpochSecond(1_800_000_000L, 123_456_789);
    List<LogRecord> all =
        List.of(
            due(locking(begin(tx), "sku:1", "sku:2"), oddDue),
            lazy(step(tx, 1)),
            due(record(tx, 2, Kind.DECIDE), Instant.MAX),
            due(record(tx, 3, Kind.PARK), Instant.EPOCH.minusNanos(1)),
            record(tx, 4, Kind.RESOLVE),
            end(tx, 5));
    log().append(epoch, all.subList(0, 1));
    log().append(epoch, all.subList(1, 3));
    log().append(epoch, all.subList(3, 6));
    assertThat(log().read(tx)).containsExactlyElementsOf(all);
    assertThat(reopen().read(tx)).containsExactlyElementsOf(all);
  }

  @Test
  default void bodies_of_any_size_and_any_bytes_come_back_the_same() throws Exception {
    Epoch epoch = acquire();
    byte[] every = new byte[256];
    for (int i = 0; i < every.length; i++) {
      every[i] = (byte) i;
    }
    byte[] large = new byte[1 << 20];
    new Random(7).nextBytes(large);
    TxId tx = tx("bodies");
    List<LogRecord> all =
        List.of(body(begin(tx), new byte[0]), body(step(tx, 1), every), body(step(tx, 2), large));
    log().append(epoch, all);
    assertThat(log().read(tx)).isEqualTo(all);
    assertThat(crashAndReopen().read(tx)).isEqualTo(all);
  }

  @Test
  default void ids_of_128_characters_and_ids_that_differ_in_case_are_kept_apart() throws Exception {
    Epoch epoch = acquire();
    List<TxId> ids =
        List.of(tx("x".repeat(128)), tx("x".repeat(127)), tx("x".repeat(127) + "X"), tx("~"));
    for (TxId id : ids) {
      log()
          .append(
              epoch,
              List.of(
                  body(
                      begin(id), id.value().getBytes(java.nio.charset.StandardCharsets.US_ASCII))));
    }
    for (TxId id : ids) {
      assertThat(log().read(id))
          .singleElement()
          .satisfies(r -> assertThat(r.body()).asString().isEqualTo(id.value()));
    }
  }

  @Test
  default void an_unknown_id_has_neither_records_nor_a_head() throws Exception {
    log().append(acquire(), List.of(begin(tx("known"))));
    assertThat(log().read(tx("unknown"))).isEmpty();
    assertThat(log().head(tx("unknown"))).isEmpty();
  }

  @Test
  default void a_gap_is_refused_and_writes_nothing() throws Exception {
    Epoch epoch = acquire();
    TxId tx = tx("gap");
    log().append(epoch, List.of(begin(tx)));
    assertRefused(epoch, List.of(step(tx, 2)));
    assertRefused(epoch, List.of(step(tx, 2), step(tx, 3)));
    assertThat(log().read(tx)).containsExactly(begin(tx));
    log().append(epoch, List.of(step(tx, 1)));
  }

  @Test
  default void a_record_of_a_transaction_that_never_began_is_refused() throws Exception {
    Epoch epoch = acquire();
    assertRefused(epoch, List.of(step(tx("never"), 1)));
    assertRefused(epoch, List.of(lazy(step(tx("never"), 1))));
    assertThat(log().head(tx("never"))).isEmpty();
  }

  @Test
  default void a_sequence_used_before_is_refused_even_with_the_same_record() throws Exception {
    Epoch epoch = acquire();
    TxId tx = tx("again");
    List<LogRecord> all = beginAndSteps(tx, 3);
    log().append(epoch, all);
    assertRefused(epoch, List.of(begin(tx)));
    assertRefused(epoch, List.of(step(tx, 3)));
    assertRefused(epoch, List.of(step(tx, 3), step(tx, 4)));
    assertRefused(epoch, beginAndSteps(tx, 4));
    assertThat(log().read(tx)).isEqualTo(all);
  }

  @Test
  default void nothing_follows_an_end() throws Exception {
    Epoch epoch = acquire();
    TxId tx = tx("ended");
    log().append(epoch, List.of(begin(tx), end(tx, 1)));
    assertRefused(epoch, List.of(step(tx, 2)));
    assertRefused(epoch, List.of(end(tx, 2)));
    assertRefused(epoch, List.of(begin(tx)));
    assertThat(log().read(tx)).containsExactly(begin(tx), end(tx, 1));
    Epoch newer = log().acquire("node-1", LEASE);
    assertRefused(newer, List.of(step(tx, 2)));
  }

  @Test
  default void an_append_that_is_no_sequence_of_one_transaction_is_a_callers_error()
      throws Exception {
    Epoch epoch = acquire();
    TxId tx = tx("odd");
    log().append(epoch, List.of(begin(tx)));
    for (List<LogRecord> odd :
        List.of(
            List.<LogRecord>of(),
            List.of(step(tx, 1), step(tx, 3)),
            List.of(step(tx, 1), step(tx, 1)),
            List.of(step(tx, 2), step(tx, 1)),
            List.of(step(tx, 1), step(tx("other"), 2)),
            List.of(end(tx, 1), step(tx, 2)))) {
      assertThatIllegalArgumentException().isThrownBy(() -> log().append(epoch, odd));
    }
    assertThat(log().read(tx)).containsExactly(begin(tx));
    assertThat(log().read(tx("other"))).isEmpty();
  }

  @Test
  default void a_head_tells_where_the_last_record_left_the_transaction() throws Exception {
    Epoch first = acquire();
    TxId tx = tx("head");
    Instant before = log().now();
    log().append(first, List.of(due(begin(tx), before.plusSeconds(60))));
    TxHead begun = log().head(tx).orElseThrow();
    assertThat(begun)
        .isEqualTo(
            new TxHead(
                tx,
                0,
                Status.OPEN,
                before.plusSeconds(60),
                first.number(),
                begun.startedAt(),
                begun.startedAt()));
    assertThat(begun.startedAt()).isBetween(before, log().now());

    home().advance(Duration.ofSeconds(5));
    Epoch second = log().acquire("node-1", LEASE);
    log().append(second, List.of(step(tx, 1), record(tx, 2, Kind.PARK)));
    TxHead parked = log().head(tx).orElseThrow();
    assertThat(parked)
        .isEqualTo(
            new TxHead(
                tx,
                2,
                Status.PARKED,
                null,
                second.number(),
                begun.startedAt(),
                parked.changedAt()));
    assertThat(parked.changedAt()).isBetween(begun.changedAt().plusSeconds(5), log().now());
  }

  @Test
  default void kinds_lead_to_the_statuses_they_stand_for() throws Exception {
    Epoch epoch = acquire();
    TxId tx = tx("kinds");
    int seq = 0;
    for (Kind kind :
        List.of(Kind.BEGIN, Kind.STEP, Kind.PARK, Kind.RESOLVE, Kind.DECIDE, Kind.PARK, Kind.END)) {
      log().append(epoch, List.of(record(tx, seq++, kind)));
      assertThat(log().head(tx)).map(TxHead::status).contains(Status.after(kind));
    }
  }

  @Test
  default void transactions_are_listed_by_status_in_pages_in_the_order_of_their_ids()
      throws Exception {
    Epoch epoch = acquire();
    List<String> open = new ArrayList<>();
    for (String id : List.of("b", "a", "B", "a1", "a-1", "a_1", "Z", "~", "!", "a0", "aa")) {
      log().append(epoch, List.of(begin(tx(id))));
      open.add(id);
    }
    log().append(epoch, List.of(begin(tx("parked")), record(tx("parked"), 1, Kind.PARK)));
    log().append(epoch, List.of(begin(tx("ended")), end(tx("ended"), 1)));
    open.sort(null);

    List<String> paged = new ArrayList<>();
    List<TxHead> page = log().list(Set.of(Status.OPEN), null, 3);
    while (!page.isEmpty()) {
      assertThat(page).hasSizeLessThanOrEqualTo(3);
      page.forEach(head -> paged.add(head.tx().value()));
      page = log().list(Set.of(Status.OPEN), page.getLast().tx(), 3);
    }
    assertThat(paged).isEqualTo(open);
    assertThat(log().list(Set.of(Status.PARKED, Status.ENDED), null, 100))
        .extracting(head -> head.tx().value())
        .containsExactly("ended", "parked");
    assertThat(log().list(EnumSet.allOf(Status.class), null, 100)).hasSize(open.size() + 2);
    assertThat(log().list(Set.of(), null, 100)).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> log().list(Set.of(), null, 0));
  }

  private void assertRefused(Epoch epoch, List<LogRecord> records) {
    assertThatThrownBy(() -> log().append(epoch, records))
        .isInstanceOf(SequenceConflictException.class);
  }
}
