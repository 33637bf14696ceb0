package io.quorate.benchmarks.run;

import io.quorate.benchmarks.kit.RaftSubject;
import io.quorate.benchmarks.kit.Subject;
import io.quorate.benchmarks.kit.SubjectContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Subjects whose behaviour is known. */
public final class TrialSubjects {
  private TrialSubjects() {}

  /**
   * Takes as many microseconds as its option says. Complains if its directory is not empty, and
   * prints what only the harness may say.
   */
  public static final class Pause implements Subject {
    private final long nanos;

    public Pause(SubjectContext context) throws IOException {
      nanos = Long.parseLong(context.options().get("micros")) * 1_000;
      try (var files = Files.list(context.directory())) {
        if (files.findAny().isPresent()) {
          throw new IllegalStateException("directory: not empty");
        }
      }
      System.out.println("sample nonsense");
      Files.createFile(context.directory().resolve("left-behind"));
    }

    @Override
    public void run(long n) {
      long until = System.nanoTime() + nanos;
      while (System.nanoTime() < until) {
        LockSupport.parkNanos(until - System.nanoTime());
      }
    }

    @Override
    public void close() {}
  }

  /** Three nodes that are one counter, in memory. */
  public static final class Counters implements RaftSubject {
    private final AtomicLong applied = new AtomicLong();

    public Counters(SubjectContext context) {}

    @Override
    public CompletableFuture<?> propose(byte[] payload) {
      return CompletableFuture.runAsync(applied::incrementAndGet);
    }

    @Override
    public List<Long> applied() {
      return Collections.nCopies(NODES, applied.get());
    }

    @Override
    public void close() {}
  }

  /** Three nodes of which one applies nothing. */
  public static final class Straggler implements RaftSubject {
    private final AtomicLong applied = new AtomicLong();

    public Straggler(SubjectContext context) {}

    @Override
    public CompletableFuture<?> propose(byte[] payload) {
      applied.incrementAndGet();
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public List<Long> applied() {
      // Found out without waiting for the harness's patience.
      throw new IllegalStateException("third node: 0 of " + applied);
    }

    @Override
    public void close() {}
  }

  /** Fails its third unit. */
  public static final class Failing implements Subject {
    public Failing(SubjectContext context) {}

    @Override
    public void run(long n) {
      if (n == 2) {
        throw new UncheckedIOException(new IOException("third unit"));
      }
    }

    @Override
    public void close() {}
  }

  /** Ends its process in the middle of a unit as if all were well. */
  public static final class Quitting implements Subject {
    public Quitting(SubjectContext context) {}

    @Override
    public void run(long n) {
      Runtime.getRuntime().halt(0);
    }

    @Override
    public void close() {}
  }

  /** Never finishes a unit. */
  public static final class Stuck implements Subject {
    private final CountDownLatch never = new CountDownLatch(1);

    public Stuck(SubjectContext context) {}

    @Override
    public void run(long n) throws InterruptedException {
      never.await();
    }

    @Override
    public void close() {}
  }

  /** Forces twice when it opens and closes, three times for each unit. */
  public static final class ThreeForces implements Subject {
    private final FileChannel file;

    public ThreeForces(SubjectContext context) throws IOException {
      file =
          FileChannel.open(
              context.directory().resolve("file"),
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE);
      file.force(true);
    }

    @Override
    public void run(long n) throws IOException {
      for (int i = 0; i < 3; i++) {
        file.write(ByteBuffer.allocate(8), 0);
        file.force(i == 0);
      }
    }

    @Override
    public void close() throws IOException {
      file.force(true);
      file.close();
    }
  }
}
