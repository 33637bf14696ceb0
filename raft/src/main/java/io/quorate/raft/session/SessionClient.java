package io.quorate.raft.session;

import static java.util.Objects.requireNonNull;

import io.quorate.core.time.Timers;
import io.quorate.raft.RaftException;
import io.quorate.raft.RaftNode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A client whose commands take effect once. It sends each until it knows what became of it, to
 * whoever leads by then; the group remembers what it has done for the session.
 *
 * <p><b>Results.</b> A call completes with the result, or with {@link SessionExpiredException}, or
 * when the node it goes through is closed: with {@link RaftException.Stopped} if it was not applied
 * and never will be, with {@link RaftException.Unknown} if that is not known. It may take as long
 * as the group has no leader, unless its caller limits that.
 *
 * <p><b>Limits.</b> At most {@link SessionMachine#ANSWERS_MAX} calls at once; more are refused with
 * {@link IllegalStateException}.
 *
 * <p><b>Threads.</b> Safe for use by many threads; nothing blocks.
 */
public final class SessionClient {
  private final Function<byte[], CompletableFuture<byte[]>> proposer;
  private final Timers timers;
  private final Duration pause;
  private final long session;
  private final ReentrantLock lock = new ReentrantLock();

  /** The numbers that are not answered yet. */
  private final TreeSet<Long> open = new TreeSet<>();

  private long last;

  private SessionClient(
      Function<byte[], CompletableFuture<byte[]>> proposer,
      Timers timers,
      Duration pause,
      long session) {
    this.proposer = proposer;
    this.timers = timers;
    this.pause = pause;
    this.session = session;
  }

  /**
   * Opens a session.
   *
   * @param node through which commands are proposed; its group runs a {@link SessionMachine}
   * @param timers for pauses between attempts
   * @param pause how long to wait before trying again; positive
   */
  public static CompletableFuture<SessionClient> open(
      RaftNode node, Timers timers, Duration pause) {
    requireNonNull(node, "node");
    return open(node::propose, timers, pause);
  }

  /** The same for anything that proposes as a {@link RaftNode} does. */
  public static CompletableFuture<SessionClient> open(
      Function<byte[], CompletableFuture<byte[]>> proposer, Timers timers, Duration pause) {
    requireNonNull(proposer, "proposer");
    requireNonNull(timers, "timers");
    if (pause.isNegative() || pause.isZero()) {
      throw new IllegalArgumentException("pause: " + pause + " (expected: > 0)");
    }
    // A session that was opened and not heard of is forgotten like any other that is silent.
    byte[] opening = SessionCommand.encode(new SessionCommand.Open());
    return new Attempts(proposer, timers, pause, opening, () -> true)
        .begin()
        .thenApply(
            known -> {
              byte[] reply = known.reply;
              if (SessionReply.of(reply) != SessionReply.OPENED) {
                throw new IllegalStateException(
                    "reply: %s (expected: OPENED, of a SessionMachine)"
                        .formatted(SessionReply.of(reply)));
              }
              return new SessionClient(
                  proposer, timers, pause, ByteBuffer.wrap(reply, 1, 8).getLong());
            });
  }

  /** The session's number. */
  public long session() {
    return session;
  }

  /**
   * Has a command applied, once.
   *
   * @return what the inner state machine returned for it
   * @throws IllegalStateException too many calls are open
   */
  public CompletableFuture<byte[]> call(byte[] command) {
    return call(command, () -> true);
  }

  /**
   * The same with an end to its attempts, for as long as none may have been applied. Once one may
   * have been, it goes on until that is known.
   *
   * @param goOn asked before each further attempt; where it says no, the call fails with the {@link
   *     RaftException} of the last attempt: it was not applied, and never will be. Called by the
   *     thread of the timers; must be quick
   * @throws IllegalStateException too many calls are open
   */
  public CompletableFuture<byte[]> call(byte[] command, BooleanSupplier goOn) {
    requireNonNull(goOn, "goOn");
    long number;
    long known;
    lock.lock();
    try {
      // Answers are kept from the oldest open call on, so it is the distance from there that
      // counts.
      long oldest = open.isEmpty() ? last + 1 : open.first();
      if (last + 1 - oldest >= SessionMachine.ANSWERS_MAX) {
        throw new IllegalStateException(
            "calls: %d behind the oldest open one (expected: < %d); wait for it"
                .formatted(last + 1 - oldest, SessionMachine.ANSWERS_MAX));
      }
      number = ++last;
      open.add(number);
      known = open.first() - 1;
    } finally {
      lock.unlock();
    }
    SessionCommand.Call call =
        new SessionCommand.Call(session, number, known, ByteBuffer.wrap(command));
    return untilKnown(SessionCommand.encode(call), goOn)
        .whenComplete((reply, failure) -> answered(number))
        .thenApply(this::result);
  }

  private void answered(long number) {
    lock.lock();
    try {
      open.remove(number);
    } finally {
      lock.unlock();
    }
  }

  private byte[] result(Known known) {
    byte[] reply = known.reply;
    return switch (SessionReply.of(reply)) {
      case APPLIED -> Arrays.copyOfRange(reply, 1, reply.length);
      case NO_SESSION -> throw new SessionExpiredException(session, known.repeated);
      case OPENED, FORGOTTEN, SENSELESS, WINDOW_FULL ->
          throw new IllegalStateException(
              "reply: %s (expected: APPLIED); is the session used by two clients?"
                  .formatted(SessionReply.of(reply)));
    };
  }

  /** Ends the session: the group needs not remember it any more. */
  public CompletableFuture<Void> close() {
    return untilKnown(SessionCommand.encode(new SessionCommand.Close(session)), () -> true)
        .thenApply(known -> null);
  }

  private CompletableFuture<Known> untilKnown(byte[] command, BooleanSupplier goOn) {
    return new Attempts(proposer, timers, pause, command, goOn).begin();
  }

  /**
   * An answer.
   *
   * @param repeated whether an earlier attempt may have been applied too
   */
  private record Known(byte[] reply, boolean repeated) {}

  /** Proposes until the outcome is known; a command that was applied twice is answered once. */
  private static final class Attempts {
    private final Function<byte[], CompletableFuture<byte[]>> proposer;
    private final Timers timers;
    private final Duration pause;
    private final byte[] command;
    private final BooleanSupplier goOn;
    private final CompletableFuture<Known> result = new CompletableFuture<>();

    /** Whether an attempt may have been applied; one attempt is made at a time. */
    private volatile boolean inDoubt;

    Attempts(
        Function<byte[], CompletableFuture<byte[]>> proposer,
        Timers timers,
        Duration pause,
        byte[] command,
        BooleanSupplier goOn) {
      this.proposer = proposer;
      this.timers = timers;
      this.pause = pause;
      this.command = command;
      this.goOn = goOn;
    }

    CompletableFuture<Known> begin() {
      attempt();
      return result;
    }

    private void attempt() {
      var unused = proposer.apply(command).whenComplete(this::over);
    }

    private void over(byte @Nullable [] reply, @Nullable Throwable failure) {
      if (reply != null) {
        result.complete(new Known(reply, inDoubt));
        return;
      }
      Throwable cause =
          failure instanceof CompletionException && failure.getCause() != null
              ? failure.getCause()
              : failure;
      if (cause instanceof RaftException.Unknown) {
        inDoubt = true;
      }
      boolean again = cause instanceof RaftException && !(cause instanceof RaftException.Stopped);
      if (!again || (!inDoubt && !goOn.getAsBoolean())) {
        end(cause);
        return;
      }
      try {
        timers.after(pause, this::attempt);
      } catch (IllegalStateException closed) {
        end(cause);
      }
    }

    private void end(@Nullable Throwable why) {
      result.completeExceptionally(
          inDoubt && !(why instanceof RaftException.Unknown)
              ? new RaftException.Unknown("no attempt was answered", why)
              : requireNonNull(why, "why"));
    }
  }
}
