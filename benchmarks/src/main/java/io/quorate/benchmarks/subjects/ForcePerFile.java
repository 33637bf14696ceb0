package io.quorate.benchmarks.subjects;

import io.quorate.benchmarks.kit.Subject;
import io.quorate.benchmarks.kit.SubjectContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * A log without a lock to wait for: as many files as there are callers at a time, one force for
 * each append. Shows what the disk does with parallel forces; the order of records is lost.
 */
public final class ForcePerFile implements Subject {
  private static final int FILE_BYTES = 1 << 20;

  private final BlockingQueue<ZeroedFile> idle;

  public ForcePerFile(SubjectContext context) throws IOException {
    idle = new ArrayBlockingQueue<>(context.concurrencyMax());
    for (int i = 0; i < context.concurrencyMax(); i++) {
      idle.add(new ZeroedFile(context.directory().resolve("log-" + i), FILE_BYTES));
    }
  }

  @Override
  public void run(long n) throws IOException, InterruptedException {
    ByteBuffer record = Payload.of(n);
    ZeroedFile file = idle.take();
    try {
      file.appendForced(record);
    } finally {
      idle.add(file);
    }
  }

  @Override
  public void close() throws IOException {
    for (ZeroedFile file : idle) {
      file.close();
    }
  }
}
