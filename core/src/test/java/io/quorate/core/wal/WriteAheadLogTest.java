package io.quorate.core.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.assertj.core.data.Index;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @Test
  void positions_lie_behind_records_and_replay_starts_and_stops_anywhere() {
    try (WriteAheadLog log = WriteAheadLog.open(dir, config)) {
      List<Long> ends = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        ends.add(log.append(1, 0, i, 0, new byte[i * 13], false));
        assertThat(ends.get(i) - WriteAheadLog.encodedBytes(i * 13))
            .isEqualTo(i == 0 ? 0 : ends.get(i - 1));
        assertThat(log.nextPosition()).isEqualTo(ends.get(i));
      }
      log.awaitDurable(ends.getLast());
      for (int i = 0; i < 97; i++) {
        List<Long> found = new ArrayList<>();
        long stopped = log.replay(ends.get(i), each -> found.add(each.word0()) && found.size() < 2);
        assertThat(found.getFirst()).isEqualTo(i + 1);
        assertThat(stopped).isEqualTo(ends.get(i + 2));
        found.clear();
        log.replay(ends.get(i) + 1, each -> found.add(each.word0()) && found.size() < 2);
        assertThat(found).containsExactly(i + 2L, i + 3L);
      }
      assertThatThrownBy(() -> log.replay(-1, each -> true))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("from: -1 (expected: 0..");
      assertThatThrownBy(() -> log.replay(log.durablePosition() + 1, each -> true))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void payloads_of_every_kind_come_back_and_buffers_are_left_as_they_were() {
    byte[] large = new byte[1 << 20];
    new SplittableRandom(1).nextBytes(large);
    WalConfig big = WalConfig.defaults().segmentBytes(4 << 20).freeBytesMin(0);
    try (WriteAheadLog log = WriteAheadLog.open(dir, big)) {
      log.append(0, 0, Long.MIN_VALUE, Long.MAX_VALUE, new byte[0], true);
      log.append(255, 65535, 0, 0, large, true);
      ByteBuffer direct = ByteBuffer.allocateDirect(300);
      direct.put(17, (byte) 9).position(10).limit(200);
      log.append(1, 1, 0, 0, direct, true);
      assertThat(direct.position()).isEqualTo(10);
      assertThat(direct.limit()).isEqualTo(200);
      log.append(1, 1, 0, 0, ByteBuffer.wrap(large, 5, 6).slice().asReadOnlyBuffer(), true);
      assertThatThrownBy(() -> log.append(1, 1, 0, 0, new byte[(1 << 20) + 1], true))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("payload: 1048577 bytes (expected: <= recordBytesMax, 1048576)");
      WalEntry half = new WalEntry(1, 1, 0, 0, ByteBuffer.allocate(1 << 19));
      assertThatThrownBy(() -> log.appendAll(List.of(half, half), true, Room.NORMAL))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("entries: 1048688 bytes");
      assertThatThrownBy(() -> log.appendAll(List.of(), true, Room.NORMAL))
          .hasMessage("entries: none (expected: at least one)");
      assertThatThrownBy(() -> log.append(256, 0, 0, 0, new byte[0], true))
          .hasMessage("type: 256 (expected: 0..255)");
      assertThatThrownBy(() -> log.append(0, -1, 0, 0, new byte[0], true))
          .hasMessage("stream: -1 (expected: 0..65535)");
    }
    try (WriteAheadLog log = WriteAheadLog.open(dir, big)) {
      List<WalRecord> found = all(log);
      assertThat(found).hasSize(4);
      assertThat(found.get(0).word0()).isEqualTo(Long.MIN_VALUE);
      assertThat(found.get(0).word1()).isEqualTo(Long.MAX_VALUE);
      assertThat(found.get(1).payload()).isEqualTo(large);
      assertThat(found.get(2).payload()).hasSize(190).contains((byte) 9, Index.atIndex(7));
      assertThat(found.get(3).payload()).isEqualTo(Arrays.copyOfRange(large, 5, 11));
    }
  }

  @Test
  void a_closed_log_and_positions_it_does_not_know_are_refused() {
    WriteAheadLog log = WriteAheadLog.open(dir, config);
    long end = log.append(1, 0, 0, 0, new byte[5], false);
    assertThatThrownBy(() -> log.awaitDurable(end + 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("position: %d (expected: <= nextPosition, %d)", end + 1, end);
    assertThatThrownBy(() -> log.truncateBefore(end + 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(log::pump).isInstanceOf(IllegalStateException.class);
    log.close();
    log.close();
    log.awaitDurable(end);
    assertThat(log.whenDurable(end)).isCompleted();
    assertThatThrownBy(() -> log.append(1, 0, 0, 0, new byte[5], false))
        .isInstanceOf(WalClosedException.class)
        .hasMessageContaining(dir.toString());
    assertThatThrownBy(() -> log.truncateBefore(end)).isInstanceOf(WalClosedException.class);
  }

  @Test
  void an_interrupted_caller_loses_nothing_and_keeps_its_flag() {
    Thread.currentThread().interrupt();
    try (WriteAheadLog log = WriteAheadLog.open(dir, config)) {
      for (int i = 0; i < 400; i++) {
        log.awaitDurable(log.append(1, 0, i, 0, new byte[400], true));
      }
      assertThat(all(log)).hasSize(400);
      assertThat(log.truncateBefore(log.durablePosition())).isPositive();
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }
    try (WriteAheadLog log = WriteAheadLog.open(dir, config)) {
      assertThat(log.recovery().verdict()).isEqualTo(Recovery.Verdict.CLEAN);
      assertThat(all(log).getLast().word0()).isEqualTo(399);
    }
    assertThat(Thread.interrupted()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void what_64_threads_were_acknowledged_is_there_after_reopening(boolean virtual)
      throws InterruptedException {
    int threads = 64;
    int each = 150;
    long forces;
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    try (WriteAheadLog log = WriteAheadLog.open(dir, config)) {
      List<Thread> running = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int stream = t;
        Runnable task = () -> appendAndCheck(log, stream, each);
        Thread thread =
            (virtual ? Thread.ofVirtual() : Thread.ofPlatform())
                .uncaughtExceptionHandler((who, e) -> failures.add(e))
                .start(task);
        running.add(thread);
      }
      for (Thread thread : running) {
        thread.join();
      }
      forces = log.forces();
    }
    assertThat(failures).isEmpty();
    assertThat(forces).as("forces are shared").isLessThan(threads * each / 2);
    try (WriteAheadLog log = WriteAheadLog.open(dir, config)) {
      long[] next = new long[threads];
      log.replay(
          0,
          found -> {
            assertThat(found.word0()).isEqualTo(next[found.stream()]++);
            assertThat(found.payload()).hasSize(found.stream() * 5 + (int) found.word0());
            return true;
          });
      assertThat(next).containsOnly(each);
    }
  }

  @Test
  void truncating_while_others_append_keeps_everything_from_the_first_position_on()
      throws InterruptedException {
    WalConfig small = WalConfig.defaults().segmentBytes(8 << 10).freeBytesMin(0);
    int threads = 4;
    int each = 400;
    List<Thread> running = new ArrayList<>();
    long truncated = 0;
    try (WriteAheadLog log = WriteAheadLog.open(dir, small)) {
      for (int t = 0; t < threads; t++) {
        int stream = t;
        running.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int i = 0; i < each; i++) {
                        log.awaitDurable(log.append(1, stream, i, 0, new byte[700], true));
                      }
                    }));
      }
      while (running.stream().anyMatch(Thread::isAlive)) {
        truncated = log.durablePosition();
        assertThat(log.truncateBefore(truncated)).isLessThanOrEqualTo(truncated);
      }
      for (Thread thread : running) {
        thread.join();
      }
    }
    assertThat(truncated).isPositive();
    try (WriteAheadLog log = WriteAheadLog.open(dir, small)) {
      assertThat(log.recovery().verdict()).isEqualTo(Recovery.Verdict.CLEAN);
      assertThat(log.firstPosition()).isPositive().isLessThanOrEqualTo(truncated);
      long[] next = new long[threads];
      Arrays.fill(next, -1);
      log.replay(
          log.firstPosition(),
          found -> {
            long before = next[found.stream()];
            assertThat(before < 0 || found.word0() == before + 1).isTrue();
            next[found.stream()] = found.word0();
            return true;
          });
      assertThat(Arrays.stream(next)).allMatch(last -> last == -1 || last == each - 1);
    }
  }

  private static void appendAndCheck(WriteAheadLog log, int stream, int count) {
    for (int i = 0; i < count; i++) {
      if (i % 40 == stream % 40) {
        Thread.currentThread().interrupt();
      }
      byte[] payload = new byte[stream * 5 + i];
      long end = log.append(1, stream, i, 0, payload, i % 3 != 0);
      log.awaitDurable(end);
      assertThat(log.durablePosition()).isGreaterThanOrEqualTo(end);
    }
    assertThat(Thread.interrupted()).isTrue();
  }
}
