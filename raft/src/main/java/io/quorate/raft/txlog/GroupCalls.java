package io.quorate.raft.txlog;

import io.quorate.core.time.Timers;
import io.quorate.core.tx.log.LogUnavailableException;
import io.quorate.raft.RaftException;
import io.quorate.raft.RaftNode;
import io.quorate.raft.session.SessionClient;
import io.quorate.raft.session.SessionExpiredException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Blocking calls to a group, each with an end to its patience. Commands go through a session, so
 * that each takes effect once; a session the group has forgotten is replaced.
 *
 * <p>A command whose outcome is not known when patience ends is pursued until it is. Until then
 * reads wait for it: what they show of it is final.
 *
 * <p>Waiting is not cut short by an interrupt, which is kept.
 */
final class GroupCalls {
  private final RaftNode node;
  private final Timers timers;
  private final RaftLogConfig config;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable CompletableFuture<CallWindow> session;

  /** Commands nobody waits for any more, until their outcome is known. */
  private final Map<Long, CompletableFuture<?>> pursued = new ConcurrentHashMap<>();

  private final AtomicLong pursuits = new AtomicLong();

  GroupCalls(RaftNode node, Timers timers, RaftLogConfig config) {
    this.node = node;
    this.timers = timers;
    this.config = config;
  }

  /**
   * Has a command applied, once.
   *
   * @throws OutcomeUnknownException it may have been applied, or may yet be
   * @throws LogUnavailableException it was not applied, and never will be
   */
  TableReply call(TableCommand command) throws OutcomeUnknownException {
    Deadline deadline = Deadline.after(config.patience());
    byte[] bytes = CommandCodec.encode(command);
    for (; ; ) {
      CallWindow window = await(session(), deadline);
      CompletableFuture<byte[]> call =
          window
              .begin(bytes, () -> !deadline.isOver(), deadline)
              .orElseThrow(() -> unavailable("too many calls wait for an answer", null));
      try {
        return ReplyCodec.decode(get(call, deadline));
      } catch (TimeoutException late) {
        pursue(call);
        throw new OutcomeUnknownException(
            "no answer in %s; it is pursued".formatted(config.patience()), late);
      } catch (CompletionException failed) {
        if (isToBeSentAgain(failed.getCause())) {
          replace(window);
        }
      }
    }
  }

  /** Begins to have a command applied, without waiting. */
  CompletableFuture<TableReply> begin(TableCommand command) {
    Deadline deadline = Deadline.after(config.patience());
    byte[] bytes = CommandCodec.encode(command);
    return session()
        .thenCompose(
            window ->
                window
                    .begin(bytes, () -> !deadline.isOver(), Deadline.after(Duration.ZERO))
                    .orElseGet(() -> CompletableFuture.failedFuture(unavailable("busy", null))))
        .thenApply(ReplyCodec::decode);
  }

  /** Whether a command was not applied because its session is gone. */
  private static boolean isToBeSentAgain(@Nullable Throwable failure)
      throws OutcomeUnknownException {
    return switch (failure) {
      case SessionExpiredException expired when !expired.mayHaveBeenApplied() -> true;
      case SessionExpiredException expired ->
          throw new OutcomeUnknownException("its session has expired", expired);
      case RaftException.Unknown unknown ->
          throw new OutcomeUnknownException(String.valueOf(unknown.getMessage()), unknown);
      case RaftException known -> throw unavailable("nothing was written", known);
      case null, default -> throw new OutcomeUnknownException("failed: " + failure, failure);
    };
  }

  private void pursue(CompletableFuture<byte[]> call) {
    long number = pursuits.incrementAndGet();
    pursued.put(number, call);
    var unused = call.whenComplete((reply, failure) -> pursued.remove(number));
  }

  private CompletableFuture<CallWindow> session() {
    lock.lock();
    try {
      CompletableFuture<CallWindow> current = session;
      if (current == null || current.isCompletedExceptionally()) {
        current = SessionClient.open(node, timers, config.pause()).thenApply(CallWindow::new);
        session = current;
      }
      return current;
    } finally {
      lock.unlock();
    }
  }

  private void replace(CallWindow expired) {
    lock.lock();
    try {
      CompletableFuture<CallWindow> current = session;
      if (current != null
          && !current.isCompletedExceptionally()
          && current.getNow(null) == expired) {
        session = null;
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Looks something up, linearizably.
   *
   * @throws LogUnavailableException nobody leads, or what an earlier command did is not known yet
   */
  <T> T read(Supplier<T> lookup) {
    Deadline deadline = Deadline.after(config.patience());
    await(
        CompletableFuture.allOf(pursued.values().toArray(CompletableFuture[]::new))
            .handle((a, b) -> ""),
        deadline);
    CompletableFuture<T> result = new CompletableFuture<>();
    attempt(lookup, result, deadline);
    return await(result, deadline);
  }

  private <T> void attempt(Supplier<T> lookup, CompletableFuture<T> result, Deadline deadline) {
    var unused =
        node.read(lookup)
            .whenComplete(
                (seen, failure) -> {
                  if (failure == null) {
                    result.complete(seen);
                  } else if (failure instanceof RaftException.Refused && !deadline.isOver()) {
                    again(() -> attempt(lookup, result, deadline), result);
                  } else {
                    result.completeExceptionally(failure);
                  }
                });
  }

  private void again(Runnable attempt, CompletableFuture<?> result) {
    try {
      timers.after(config.pause(), attempt);
    } catch (IllegalStateException closed) {
      result.completeExceptionally(closed);
    }
  }

  /** Ends the session, if that does not take long. */
  void close(Duration patience) {
    CompletableFuture<CallWindow> current = session;
    if (current == null) {
      return;
    }
    Deadline deadline = Deadline.after(patience);
    try {
      Object unused =
          await(
              current.thenCompose(window -> window.client().close()).handle((a, b) -> ""),
              deadline);
    } catch (LogUnavailableException late) {
      // The group forgets it once others take its place.
    }
  }

  private static <T> T await(CompletableFuture<T> future, Deadline deadline) {
    try {
      return get(future, deadline);
    } catch (TimeoutException late) {
      throw unavailable("the group did not answer in time", late);
    } catch (CompletionException failed) {
      throw unavailable("the group did not answer", failed.getCause());
    }
  }

  /** Join, unlike get, keeps an interrupt for later. */
  private static <T> T get(CompletableFuture<T> future, Deadline deadline) throws TimeoutException {
    long left = Math.max(1, deadline.leftNanos());
    try {
      return future.copy().orTimeout(left, TimeUnit.NANOSECONDS).join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof TimeoutException late && !future.isDone()) {
        throw late;
      }
      throw failed;
    }
  }

  private static LogUnavailableException unavailable(String what, @Nullable Throwable why) {
    return why == null
        ? new LogUnavailableException(what)
        : new LogUnavailableException(what + ": " + why.getMessage(), why);
  }
}
