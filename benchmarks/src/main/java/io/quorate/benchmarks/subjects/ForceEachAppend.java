package io.quorate.benchmarks.subjects;

import io.quorate.benchmarks.kit.Subject;
import io.quorate.benchmarks.kit.SubjectContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;

// #region force-each-append
/** The obvious log: one file, one lock, one force for each append. */
public final class ForceEachAppend implements Subject {
  private static final int FILE_BYTES = 64 << 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final ZeroedFile file;

  public ForceEachAppend(SubjectContext context) throws IOException {
    file = new ZeroedFile(context.directory().resolve("log"), FILE_BYTES);
  }

  @Override
  public void run(long n) throws IOException {
    ByteBuffer record = Payload.of(n);
    lock.lock();
    try {
      file.appendForced(record);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
// #endregion
