package io.quorate.core.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/**
 * Forced appends a second, and how long each took, on a real disk: {@code WalBench DIR SECONDS
 * THREADS...}; a thread count with a {@code v} behind it means virtual threads.
 */
final class WalBench {
  private static final int PAYLOAD_BYTES = 256;

  private WalBench() {}

  public static void main(String[] args) throws Exception {
    Path parent = Path.of(args[0]);
    double seconds = Double.parseDouble(args[1]);
    System.out.println("threads   appends/s  forces/s  per force   p50 us   p99 us   max us");
    for (String threads : Arrays.copyOfRange(args, 2, args.length)) {
      Path directory = Files.createTempDirectory(parent, "wal-bench");
      try {
        run(directory, seconds, threads);
      } finally {
        delete(directory);
      }
    }
  }

  private static void run(Path directory, double seconds, String threads) throws Exception {
    boolean virtual = threads.endsWith("v");
    int count = Integer.parseInt(threads.replace("v", ""));
    try (WriteAheadLog log = WriteAheadLog.open(directory, WalConfig.defaults())) {
      drive(log, seconds / 2, virtual, count);
      long before = log.forces();
      long[] nanos = drive(log, seconds, virtual, count);
      long forces = log.forces() - before;
      Arrays.sort(nanos);
      System.out.printf(
          "%7s %11.0f %9.0f %10.1f %8.0f %8.0f %8.0f%n",
          threads,
          nanos.length / seconds,
          forces / seconds,
          nanos.length / (double) forces,
          nanos[nanos.length / 2] / 1e3,
          nanos[(int) (nanos.length * 0.99)] / 1e3,
          nanos[nanos.length - 1] / 1e3);
    }
  }

  private static long[] drive(WriteAheadLog log, double seconds, boolean virtual, int count)
      throws InterruptedException {
    ConcurrentLinkedQueue<long[]> all = new ConcurrentLinkedQueue<>();
    CountDownLatch done = new CountDownLatch(count);
    long end = System.nanoTime() + (long) (seconds * 1e9);
    for (int t = 0; t < count; t++) {
      Runnable task =
          () -> {
            ByteBuffer payload = ByteBuffer.wrap(new byte[PAYLOAD_BYTES]);
            long[] nanos = new long[1 << 10];
            int n = 0;
            for (long start = System.nanoTime(); start < end; ) {
              log.awaitDurable(log.append(1, 0, n, 0, payload, true));
              long now = System.nanoTime();
              if (n == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * n);
              }
              nanos[n++] = now - start;
              start = now;
            }
            all.add(Arrays.copyOf(nanos, n));
            done.countDown();
          };
      (virtual ? Thread.ofVirtual() : Thread.ofPlatform()).start(task);
    }
    done.await();
    return all.stream().flatMapToLong(Arrays::stream).toArray();
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
