package io.quorate.core.wal;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Forced appends a second, and how long each took, on a real disk: {@code WalBench DIR SECONDS
 * THREADS...}; {@code 64v} means 64 virtual threads, {@code naive64} one write and force per
 * append.
 */
final class WalBench {
  private static final int PAYLOAD_BYTES = 256;

  private WalBench() {}

  public static void main(String[] args) throws Exception {
    Path parent = Path.of(args[0]);
    double seconds = Double.parseDouble(args[1]);
    System.out.println(
        "   threads  appends/s  forces/s  per force  cpu us each   p50 us   p99 us   max us");
    for (String threads : Arrays.copyOfRange(args, 2, args.length)) {
      Path directory = Files.createTempDirectory(parent, "wal-bench");
      try {
        run(directory, seconds, threads);
      } finally {
        delete(directory);
      }
    }
  }

  /** Something that makes a payload durable before it returns. */
  @FunctionalInterface
  private interface Subject {
    void append(ByteBuffer payload) throws IOException;
  }

  private static void run(Path directory, double seconds, String threads) throws Exception {
    if (threads.startsWith("naive")) {
      try (FileChannel channel = FileChannel.open(directory.resolve("naive"), CREATE_NEW, WRITE)) {
        LongAdder forces = new LongAdder();
        ReentrantLock lock = new ReentrantLock();
        Subject naive =
            payload -> {
              lock.lock();
              try {
                channel.write(payload.duplicate(), forces.sum() * PAYLOAD_BYTES);
                channel.force(false);
                forces.increment();
              } finally {
                lock.unlock();
              }
            };
        measure(threads, threads.substring("naive".length()), seconds, naive, forces::sum);
      }
      return;
    }
    try (WriteAheadLog log = WriteAheadLog.open(directory, WalConfig.defaults())) {
      Subject grouped = payload -> log.awaitDurable(log.append(1, 0, 0, 0, payload, true));
      measure(threads, threads, seconds, grouped, log::forces);
    }
  }

  private static void measure(
      String name, String threads, double seconds, Subject subject, LongSupplier forces)
      throws InterruptedException {
    boolean virtual = threads.endsWith("v");
    int count = Integer.parseInt(threads.replace("v", ""));
    drive(subject, seconds / 2, virtual, count);
    long forcesBefore = forces.getAsLong();
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long cpuBefore = system.getProcessCpuTime();
    long[] nanos = drive(subject, seconds, virtual, count);
    long cpu = system.getProcessCpuTime() - cpuBefore;
    long forced = forces.getAsLong() - forcesBefore;
    Arrays.sort(nanos);
    System.out.printf(
        "%10s %10.0f %9.0f %10.1f %12.1f %8.0f %8.0f %8.0f%n",
        name,
        nanos.length / seconds,
        forced / seconds,
        nanos.length / (double) forced,
        cpu / 1e3 / nanos.length,
        nanos[nanos.length / 2] / 1e3,
        nanos[(int) (nanos.length * 0.99)] / 1e3,
        nanos[nanos.length - 1] / 1e3);
  }

  private static long[] drive(Subject subject, double seconds, boolean virtual, int count)
      throws InterruptedException {
    ConcurrentLinkedQueue<long[]> all = new ConcurrentLinkedQueue<>();
    CountDownLatch done = new CountDownLatch(count);
    long end = System.nanoTime() + (long) (seconds * 1e9);
    for (int t = 0; t < count; t++) {
      Runnable task =
          () -> {
            all.add(appendUntil(subject, end));
            done.countDown();
          };
      (virtual ? Thread.ofVirtual() : Thread.ofPlatform()).start(task);
    }
    done.await();
    return all.stream().flatMapToLong(Arrays::stream).toArray();
  }

  /** Appends until the time has come; returns how long each took. */
  private static long[] appendUntil(Subject subject, long end) {
    ByteBuffer payload = ByteBuffer.wrap(new byte[PAYLOAD_BYTES]);
    long[] nanos = new long[1 << 10];
    int n = 0;
    try {
      for (long start = System.nanoTime(); start < end; ) {
        subject.append(payload);
        long now = System.nanoTime();
        if (n == nanos.length) {
          nanos = Arrays.copyOf(nanos, 2 * n);
        }
        nanos[n++] = now - start;
        start = now;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Arrays.copyOf(nanos, n);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
