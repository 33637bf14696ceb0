package io.quorate.benchmarks.subjects;

import io.quorate.benchmarks.kit.Subject;
import io.quorate.benchmarks.kit.SubjectContext;
import io.quorate.core.wal.WalConfig;
import io.quorate.core.wal.WriteAheadLog;

/** Our write-ahead log with its defaults: each append returns once its record is durable. */
public final class QuorateWal implements Subject {
  private static final int TYPE = 1;

  private final WriteAheadLog log;

  public QuorateWal(SubjectContext context) {
    log = WriteAheadLog.open(context.directory(), WalConfig.defaults());
  }

  @Override
  public void run(long n) {
    log.awaitDurable(log.append(TYPE, 0, n, 0, Payload.of(n), true));
  }

  @Override
  public void close() {
    log.close();
  }
}
