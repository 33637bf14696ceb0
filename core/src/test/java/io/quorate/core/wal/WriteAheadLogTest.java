package io.quorate.core.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteAheadLogTest {
  @TempDir Path dir;

  private final WalConfig config = WalConfig.defaults().segmentBytes(64 << 10).freeBytesMin(0);

  private static List<WalRecord> all(WriteAheadLog log) {
    List<WalRecord> records = new ArrayList<>();
    log.replay(log.firstPosition(), records::add);
    return records;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void what_was_appended_is_replayed_in_order_over_restarts_and_segments() {
    List<Long> ends = new ArrayList<>();
    for (int run = 0; run < 3; run++) {
      try (WriteAheadLog log = WriteAheadLog.open(dir, config)) {
        assertThat(log.recovery().verdict()).isEqualTo(Recovery.Verdict.CLEAN);
        for (int i = 0; i < 200; i++) {
          ends.add(log.append(7, i, run, i, bytes("payload ".repeat(i)), i % 2 == 0));
        }
        log.awaitDurable(ends.getLast());
        assertThat(log.durablePosition()).isGreaterThanOrEqualTo(ends.getLast());
      }
    }
    try (WriteAheadLog log = WriteAheadLog.open(dir, config)) {
      List<WalRecord> records = all(log);
      assertThat(records).extracting(WalRecord::end).isEqualTo(ends);
      assertThat(log.recovery().records()).isEqualTo(600);
      for (int i = 0; i < 600; i++) {
        WalRecord r = records.get(i);
        assertThat(r.word0()).isEqualTo(i / 200);
        assertThat(r.word1()).isEqualTo(i % 200);
        assertThat(r.payload()).isEqualTo(bytes("payload ".repeat(i % 200)));
      }
      long middle = ends.get(300);
      long first = log.truncateBefore(middle);
      assertThat(first).isPositive().isLessThanOrEqualTo(middle);
      List<WalRecord> rest = new ArrayList<>();
      log.replay(middle, rest::add);
      assertThat(rest).hasSize(299);
    }
  }
}
