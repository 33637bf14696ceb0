package io.quorate.testkit.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.core.wal.LostRange;
import io.quorate.core.wal.Recovery;
import io.quorate.core.wal.Room;
import io.quorate.core.wal.WalConfig;
import io.quorate.core.wal.WalEntry;
import io.quorate.core.wal.WalException;
import io.quorate.core.wal.WalRecord;
import io.quorate.core.wal.WalRuntime;
import io.quorate.core.wal.WriteAheadLog;
import io.quorate.testkit.disk.SimDisk;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A log on a simulated disk next to a record of everything that was asked of it, so that each
 * opening can be checked: what was acknowledged is there, what is there was appended, in order, and
 * appends of several records are whole.
 */
final class WalWorld {
  static final WalConfig SMALL =
      WalConfig.defaults()
          .segmentBytes(16 << 10)
          .queueBytesMax(8 << 10)
          .recordBytesMax(3 << 10)
          .freeBytesMin(0);

  /** What was asked to be appended. */
  record Asked(long group, int type, int stream, long word0, byte[] payload) {}

  final WalConfig config;
  SimDisk disk;
  @Nullable WriteAheadLog log;
  long nanos;

  /** In the order of their positions; a crash cuts its end off. */
  final List<WalRecord> appended = new ArrayList<>();

  /** For each of {@link #appended}, the number of its append: equal numbers are one append. */
  final List<Long> groups = new ArrayList<>();

  private long group;
  long acknowledged;
  long truncated;
  private long counter;

  WalWorld(SimDisk disk, WalConfig config) {
    this.disk = disk;
    this.config = config;
  }

  static WalWorld opened() {
    WalWorld world = new WalWorld(new SimDisk(), SMALL);
    world.open();
    return world;
  }

  WriteAheadLog log() {
    WriteAheadLog open = log;
    assertThat(open).as("log").isNotNull();
    return open;
  }

  /** A copy that goes on independently, at the same point, without an open log. */
  WalWorld fork(SimDisk on) {
    WalWorld fork = new WalWorld(on, config);
    fork.nanos = nanos;
    fork.appended.addAll(appended);
    fork.groups.addAll(groups);
    fork.group = group;
    fork.acknowledged = acknowledged;
    fork.truncated = truncated;
    fork.counter = counter;
    return fork;
  }

  WriteAheadLog open() {
    log = WriteAheadLog.open(disk, config, WalRuntime.inline(() -> nanos, disk.changes() + 17));
    return log;
  }

  /**
   * Bytes that differ per record; every third has zeros in the middle, every third ends in zeros.
   */
  static byte[] payload(long seed, int bytes) {
    byte[] payload = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      boolean zero = i > 40 && (seed % 3 == 0 && i < bytes - 8 || seed % 3 == 1);
      payload[i] = zero ? 0 : (byte) (seed * 31 + i * 7 + 1);
    }
    return payload;
  }

  long append(int bytes, boolean forced) {
    long id = ++counter;
    byte[] payload = payload(id, bytes);
    int type = (int) (id % 256);
    int stream = (int) (id * 257 % 65536);
    long end = log().append(type, stream, id, ~id, payload, forced);
    group++;
    remember(end, type, stream, id, payload, forced);
    return end;
  }

  long appendAll(boolean forced, int... sizes) {
    List<WalEntry> entries = new ArrayList<>();
    long first = counter + 1;
    long bytes = 0;
    for (int size : sizes) {
      long id = ++counter;
      entries.add(
          new WalEntry(
              (int) (id % 256),
              (int) (id * 257 % 65536),
              id,
              ~id,
              ByteBuffer.wrap(payload(id, size))));
      bytes += WriteAheadLog.encodedBytes(size);
    }
    long end = log().appendAll(entries, forced, Room.NORMAL);
    group++;
    long at = end - bytes;
    for (int i = 0; i < sizes.length; i++) {
      WalEntry e = entries.get(i);
      at += WriteAheadLog.encodedBytes(sizes[i]);
      remember(at, e.type(), e.stream(), first + i, e.payload().array(), forced);
    }
    return end;
  }

  private void remember(long end, int type, int stream, long id, byte[] payload, boolean forced) {
    long start = end - WriteAheadLog.encodedBytes(payload.length);
    appended.add(new WalRecord(start, end, type, stream, id, ~id, forced, payload));
    groups.add(group);
  }

  void await(long position) {
    log().awaitDurable(position);
    acknowledged = Math.max(acknowledged, position);
  }

  void appendDurably(int bytes) {
    await(append(bytes, true));
  }

  void truncateBefore(long position) {
    truncated = Math.max(truncated, position); // From the call on, the caller can do without.
    log().truncateBefore(position);
  }

  void idle() {
    nanos += Duration.ofMillis(11).toNanos();
    log().pump();
  }

  void close() {
    log().close();
    acknowledged = appended.isEmpty() ? acknowledged : appended.getLast().end();
    log = null;
  }

  List<WalRecord> replayed() {
    List<WalRecord> records = new ArrayList<>();
    log().replay(log().firstPosition(), records::add);
    return records;
  }

  /**
   * Opens and checks, as an owner that refuses rot: a prefix of what was appended, all that was
   * acknowledged, whole appends. What is missing is forgotten, so that the world can go on.
   */
  void reopenAndCheck() {
    open();
    assertThat(log().recovery().lost()).isEmpty();
    List<WalRecord> found = replayed();
    long first = log().firstPosition();
    assertThat(first).isLessThanOrEqualTo(truncated);
    List<WalRecord> expected = new ArrayList<>();
    int held = 0;
    for (WalRecord each : appended) {
      if (each.start() >= first) {
        expected.add(each);
      } else {
        held++;
      }
    }
    assertThat(found.size()).isLessThanOrEqualTo(expected.size());
    assertThat(found).isEqualTo(expected.subList(0, found.size()));
    assertThat(log().recovery().records()).isEqualTo(found.size());
    int kept = held + found.size();
    assertThat(appended.subList(kept, appended.size()))
        .as("lost, acknowledged up to %d", acknowledged)
        .allMatch(each -> each.end() > acknowledged);
    assertThat(log().durablePosition()).isGreaterThanOrEqualTo(acknowledged);
    assertThat(log().nextPosition()).isEqualTo(log().recovery().nextPosition());
    if (kept > 0 && kept < appended.size()) {
      assertThat(groups.get(kept - 1)).as("cut inside an append").isNotEqualTo(groups.get(kept));
    }
    appended.subList(kept, appended.size()).clear();
    groups.subList(kept, groups.size()).clear();
    acknowledged = Math.max(acknowledged, log().durablePosition());
  }

  /** What was opened goes on to work: appends, closes, and is there again. */
  void checkGoesOn() {
    appendDurably(100);
    appendDurably(700);
    close();
    reopenAndCheck();
    assertThat(log().recovery().verdict()).isEqualTo(Recovery.Verdict.CLEAN);
    close();
  }

  /** Runs a step; returns false when the disk or the log said no. */
  static boolean survives(Runnable step) {
    try {
      step.run();
      return true;
    } catch (WalException failed) {
      return false;
    }
  }

  /**
   * Opens as an owner that wants a report, and checks that nothing false is delivered and nothing
   * acknowledged is missing without being reported.
   */
  static Recovery checkReported(SimDisk disk, WalWorld truth, long acknowledged) {
    WalConfig reporting = truth.config.onRot(WalConfig.OnRot.REPORT);
    WriteAheadLog log = WriteAheadLog.open(disk, reporting, WalRuntime.inline(() -> 0, 1));
    Recovery recovery = log.recovery();
    List<WalRecord> found = new ArrayList<>();
    log.replay(log.firstPosition(), found::add);
    int next = 0;
    for (WalRecord each : truth.appended) {
      if (next < found.size() && found.get(next).equals(each)) {
        next++;
      } else if (each.end() <= acknowledged) {
        assertThat(recovery.lost()).as("missing: %s", each).anyMatch(range -> covers(range, each));
      }
    }
    assertThat(next)
        .as("records delivered that were appended, of %s", found)
        .isEqualTo(found.size());
    assertThat(recovery.records()).isEqualTo(found.size());
    for (LostRange range : recovery.lost()) {
      for (LostRange.Name name : range.named()) {
        assertThat(truth.appended)
            .anyMatch(
                each ->
                    each.start() == name.start()
                        && each.end() == name.end()
                        && each.type() == name.type()
                        && each.stream() == name.stream()
                        && each.word0() == name.word0()
                        && each.word1() == name.word1());
      }
    }
    long end = log.append(9, 9, 9, 9, Arrays.copyOf(new byte[] {1}, 60), true);
    log.awaitDurable(end);
    log.close();
    WriteAheadLog again = WriteAheadLog.open(disk, reporting, WalRuntime.inline(() -> 0, 2));
    List<WalRecord> foundAgain = new ArrayList<>();
    again.replay(again.firstPosition(), foundAgain::add);
    assertThat(foundAgain.subList(0, found.size())).isEqualTo(found);
    assertThat(foundAgain).hasSize(found.size() + 1);
    assertThat(foundAgain.getLast().end()).isEqualTo(end);
    again.close();
    return recovery;
  }

  private static boolean covers(LostRange range, WalRecord lost) {
    return range.start() <= lost.start() && range.end() >= lost.end();
  }
}
