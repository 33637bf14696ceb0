package io.quorate.core.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What throws in the middle of an append leaves the log as if it had never been called. */
@Timeout(60)
class BrokenAppendTest {
  @TempDir Path dir;

  private final WalConfig config = WalConfig.defaults().segmentBytes(16 << 10).freeBytesMin(0);

  /** How many more readings of the clock work; negative: all. */
  private int readings = -1;

  private boolean saltless;
  private long salt = 1;

  private WriteAheadLog open() {
    return WriteAheadLog.open(
        new FileSystemDisk(dir),
        config,
        new WalRuntime(this::nanos, this::nextSalt, "a test", true));
  }

  private long nanos() {
    if (readings == 0) {
      readings = -1;
      throw new OutOfMemoryError("drill");
    }
    readings--;
    return 0;
  }

  private long nextSalt() {
    if (saltless) {
      saltless = false;
      throw new OutOfMemoryError("drill");
    }
    return salt++;
  }

  /**
   * A buffer whose memory has been taken back: reading it throws. By reflection, because this part
   * of the JDK is final only from 22 on.
   */
  private static ByteBuffer dead(int bytes) throws ReflectiveOperationException {
    Class<?> arenas = Class.forName("java.lang.foreign.Arena");
    Object arena = arenas.getMethod("ofConfined").invoke(null);
    Object segment = arenas.getMethod("allocate", long.class).invoke(arena, (long) bytes);
    ByteBuffer buffer =
        (ByteBuffer)
            Class.forName("java.lang.foreign.MemorySegment")
                .getMethod("asByteBuffer")
                .invoke(segment);
    arenas.getMethod("close").invoke(arena);
    return buffer;
  }

  private static WalEntry entry(long word, ByteBuffer payload) {
    return new WalEntry(1, 0, word, 0, payload);
  }

  private List<Long> reopened() {
    List<Long> found = new ArrayList<>();
    try (WriteAheadLog log = open()) {
      assertThat(log.recovery().verdict()).isEqualTo(Recovery.Verdict.CLEAN);
      log.replay(log.firstPosition(), each -> found.add(each.word0()));
    }
    return found;
  }

  @Test
  void a_payload_that_cannot_be_read_leaves_no_hole() throws Exception {
    ByteBuffer dead = dead(300);
    try (WriteAheadLog log = open()) {
      log.append(1, 0, 0, 0, new byte[100], true);
      long before = log.nextPosition();
      assertThatThrownBy(() -> log.append(1, 0, -1, 0, dead, true))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(
              () ->
                  log.appendAll(
                      List.of(entry(-2, ByteBuffer.allocate(50)), entry(-3, dead)),
                      true,
                      Room.NORMAL))
          .isInstanceOf(IllegalStateException.class);
      assertThat(log.nextPosition()).isEqualTo(before);
      log.append(1, 0, 1, 0, new byte[70], true);
      log.awaitDurable(log.nextPosition());
    }
    assertThat(reopened()).containsExactly(0L, 1L);
  }

  @Test
  void the_first_record_of_a_segment_that_fails_leaves_a_segment_for_the_next() throws Exception {
    ByteBuffer dead = dead(3000);
    List<Long> taken = new ArrayList<>();
    try (WriteAheadLog log = open()) {
      for (long i = 0; i < 12; i++) {
        long word = i;
        assertThatThrownBy(() -> log.append(1, 0, word, 0, dead, true))
            .isInstanceOf(IllegalStateException.class);
        saltless = true;
        try {
          log.append(1, 0, i, 0, new byte[3000], i % 3 == 0);
          taken.add(i);
        } catch (OutOfMemoryError drill) {
          assertThat(drill).hasMessage("drill");
        }
        saltless = false;
      }
      log.awaitDurable(log.nextPosition());
    }
    assertThat(taken).hasSizeBetween(8, 12);
    assertThat(reopened()).isEqualTo(taken);
  }

  @Test
  void an_error_at_any_reading_of_the_clock_leaves_joint_appends_whole() {
    List<Long> taken = new ArrayList<>();
    try (WriteAheadLog log = open()) {
      for (int good = 0; good < 12; good++) {
        List<WalEntry> three =
            List.of(
                entry(good, ByteBuffer.allocate(300)),
                entry(good, ByteBuffer.allocate(0)),
                entry(good, ByteBuffer.allocate(900)));
        readings = good % 6;
        try {
          log.appendAll(three, true, Room.NORMAL);
          taken.addAll(List.of((long) good, (long) good, (long) good));
        } catch (OutOfMemoryError drill) {
          assertThat(drill).hasMessage("drill");
        }
        readings = -1;
      }
      log.awaitDurable(log.nextPosition());
    }
    assertThat(taken).hasSizeBetween(3, 35);
    assertThat(reopened()).isEqualTo(taken);
  }

  @Test
  void a_writer_that_breaks_before_it_has_a_batch_poisons_the_log() throws Exception {
    WalRuntime runtime =
        new WalRuntime(
            () -> {
              if (Thread.currentThread().getName().equals("quorate-wal")) {
                throw new OutOfMemoryError("drill");
              }
              return 0;
            },
            () -> 7,
            "a test",
            false);
    WriteAheadLog log = WriteAheadLog.open(new FileSystemDisk(dir), config, runtime);
    try {
      long position = log.append(1, 0, 0, 0, new byte[10], true);
      assertThatThrownBy(() -> log.whenDurable(position).get(30, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(WalPoisonedException.class)
          .hasRootCauseMessage("drill");
    } catch (WalPoisonedException alreadyKnown) {
      assertThat(alreadyKnown).hasRootCauseMessage("drill");
    }
    assertThat(reopenedAfter(log)).isEmpty();
  }

  private List<Long> reopenedAfter(WriteAheadLog log) {
    try {
      log.close();
    } catch (WalPoisonedException expected) {
      assertThat(expected).hasRootCauseMessage("drill");
    }
    return reopened();
  }
}
