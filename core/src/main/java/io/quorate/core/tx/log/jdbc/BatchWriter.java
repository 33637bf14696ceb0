package io.quorate.core.tx.log.jdbc;

import io.quorate.core.tx.internal.SqlFailures;
import io.quorate.core.tx.log.FencedException;
import io.quorate.core.tx.log.IndeterminateException;
import io.quorate.core.tx.log.LogUnavailableException;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. Takes whatever queued while the previous COMMIT ran and commits it as
 * one transaction; tells each caller what became of its append.
 *
 * <p>What cannot be written because of the database is tried again for a bounded time, then its
 * callers are told. LAZY appends that have returned are never dropped: they go back to the front.
 */
final class BatchWriter implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(BatchWriter.class);

  /** How often a batch that another transaction got in the way of is tried again at once. */
  private static final int AT_ONCE_MAX = 3;

  /** How often a batch may meet a key that exists: whoever wrote it is seen at the next reading. */
  private static final int DUPLICATES_MAX = 4;

  private final JdbcLogConfig config;
  private final Database database;
  private final AppendQueue queue;
  private final WriterSession session;
  private final Thread thread;

  /** Batches in a row that failed: a database that is away is not asked without a pause. */
  private int failures;

  /** LAZY appends that were not written before the thread ended; read after that. */
  private int lost;

  /** Why the thread died, if it did; read after that. */
  private @Nullable Throwable death;

  BatchWriter(JdbcLogConfig config, Database database, AppendQueue queue, WriterSession session) {
    this.config = config;
    this.database = database;
    this.queue = queue;
    this.session = session;
    this.thread =
        Thread.ofPlatform().daemon().name("quorate-jdbc-log-" + config.shard()).unstarted(this);
  }

  void start() {
    thread.start();
  }

  /**
   * Writes what is queued and ends.
   *
   * @return how many LAZY appends could not be written
   */
  int close() {
    queue.close();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException keptForLater) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return lost;
  }

  /** After {@link #close}: why the thread died, {@code null} if it did not. */
  @Nullable Throwable death() {
    return death;
  }

  @Override
  public void run() {
    List<PendingAppend> batch = List.of();
    try {
      while (true) {
        @Nullable List<PendingAppend> next = queue.take(idleNanos());
        if (next == null) {
          return;
        }
        batch = next;
        if (batch.isEmpty()) {
          session.close();
        } else {
          pauseAfterFailures();
          commit(batch);
        }
      }
    } catch (RuntimeException | Error bug) {
      LOG.error("log writer died: shard={}", config.shard(), bug);
      die(batch, bug);
      if (bug instanceof Error error) {
        throw error;
      }
    } finally {
      session.close();
    }
  }

  /** Tells those who wait, and counts those who do not: nobody else will. */
  private void die(List<PendingAppend> batch, Throwable bug) {
    death = bug;
    // The batch may have been committed or not when the writer died in the middle of it.
    IndeterminateException unknown =
        new IndeterminateException("the writer of the log has died", bug);
    LogUnavailableException notWritten =
        new LogUnavailableException("the writer of the log has died", bug);
    // What was put back is in the queue too, but it is lost only once.
    Set<PendingAppend> open = new LinkedHashSet<>(batch);
    open.removeIf(append -> append.done.isDone());
    for (PendingAppend append : open) {
      queue.decided(append, unknown);
    }
    for (PendingAppend append : queue.breakDown(bug)) {
      if (open.add(append)) {
        queue.decided(append, notWritten);
      }
    }
    lost += (int) open.stream().filter(append -> !append.awaited).count();
  }

  private long idleNanos() {
    return session.isOpen() ? config.idleConnectionAfter().toNanos() : Long.MAX_VALUE / 2;
  }

  private void pauseAfterFailures() {
    if (failures > 0 && !queue.isClosing()) {
      LockSupport.parkNanos(Math.max(0, database.pauseNanos(failures, Database.nanos())));
    }
  }

  private void commit(List<PendingAppend> batch) {
    @Nullable SQLException failure = tryCommit(batch);
    if (failure == null) {
      failures = 0;
    } else if (batch.size() > 1 && isOneAppendsFault(failure)) {
      commitOneByOne(batch);
    } else if (batch.size() > 1 || !isRefusedAsDamaged(batch.getFirst(), failure)) {
      giveUp(batch, failure);
    }
  }

  /** One append that cannot be written must not fail those that share its batch. */
  private void commitOneByOne(List<PendingAppend> batch) {
    for (int i = 0; i < batch.size(); i++) {
      @Nullable SQLException failure = tryCommit(batch.subList(i, i + 1));
      if (failure != null && isRefusedAsDamaged(batch.get(i), failure)) {
        continue;
      }
      if (failure != null && batch.get(i).awaited) {
        giveUp(batch.subList(i, i + 1), failure);
      } else if (failure != null) {
        // What was appended behind a LAZY append must not become durable before it.
        giveUp(
            batch.subList(i, batch.size()),
            new SQLException("an earlier append could not be written yet", failure));
        return;
      }
    }
  }

  private static boolean isOneAppendsFault(SQLException failure) {
    return !(failure instanceof WriterSession.CommitUnanswered)
        && switch (SqlFailures.of(failure)) {
          case BLOCKED, DUPLICATE, OTHER -> true;
          case CONNECTION, CONTENTION -> false;
        };
  }

  /**
   * A key that exists though the head says it does not, time and again: if the rows of the
   * transaction contradict each other, its append is refused, so that it holds up no other.
   */
  private boolean isRefusedAsDamaged(PendingAppend append, SQLException failure) {
    if (SqlFailures.of(failure) != SqlFailures.DUPLICATE) {
      return false;
    }
    Optional<LogDamagedException> damage = session.damageOf(append.tx());
    damage.ifPresent(damaged -> decided(append, damaged));
    return damage.isPresent();
  }

  /**
   * Commits a batch, with patience where the database is away. Another's commit in between is met
   * by trying again at once; when that happens time and again, there are pauses too.
   *
   * @return why it failed; {@code null} when it is written, or refused one by one
   */
  private @Nullable SQLException tryCommit(List<PendingAppend> batch) {
    long startNanos = Database.nanos();
    int duplicates = 0;
    for (int attempt = 1; ; attempt++) {
      try {
        finish(batch, session.commit(batch));
        return null;
      } catch (WriterSession.CommitUnanswered unanswered) {
        database.commitUnanswered();
        batch.forEach(append -> append.maybeWritten = true);
        return unanswered;
      } catch (SQLException failure) {
        long pause = database.pauseNanos(attempt, startNanos);
        SqlFailures kind = SqlFailures.of(failure);
        boolean again =
            switch (kind) {
              case CONNECTION, CONTENTION -> pause >= 0;
              case DUPLICATE -> pause >= 0 && ++duplicates < DUPLICATES_MAX;
              case BLOCKED, OTHER -> false;
            };
        if (!again) {
          return failure;
        }
        if (kind == SqlFailures.CONNECTION || attempt > AT_ONCE_MAX) {
          LockSupport.parkNanos(pause);
        }
      }
    }
  }

  private void finish(List<PendingAppend> batch, BatchPlan plan) {
    for (PendingAppend append : batch) {
      decided(append, plan.refused().get(append));
    }
  }

  private void decided(PendingAppend append, @Nullable Exception refusal) {
    if (refusal != null && !append.awaited) {
      // Either this process has been replaced, or the rows of the transaction are damaged.
      LOG.warn(
          "lazy append lost: shard={} append={} fenced={} cause={}",
          config.shard(),
          append.last(),
          refusal instanceof FencedException,
          refusal.getMessage());
    }
    queue.decided(append, refusal);
  }

  /** Tells those who wait; keeps the LAZY appends for the next batch, unless there will be none. */
  private void giveUp(List<PendingAppend> batch, SQLException cause) {
    failures++;
    boolean unknown = cause instanceof WriterSession.CommitUnanswered;
    LOG.warn(
        "append {}: shard={} appends={} cause={}",
        unknown ? "indeterminate" : "failed",
        config.shard(),
        batch.size(),
        cause.toString());
    List<PendingAppend> lazy = batch.stream().filter(append -> !append.awaited).toList();
    if (queue.isClosing()) {
      lost += lazy.size();
    } else {
      queue.putBack(lazy);
    }
    for (PendingAppend append : batch) {
      if (append.awaited) {
        queue.decided(
            append, unknown ? indeterminate(cause) : database.unavailable("append", cause));
      }
    }
  }

  private IndeterminateException indeterminate(SQLException cause) {
    return new IndeterminateException(
        "append to shard %s: COMMIT got no answer, read the transaction to learn whether it is in: %s"
            .formatted(config.shard(), cause.getMessage()),
        cause);
  }
}
