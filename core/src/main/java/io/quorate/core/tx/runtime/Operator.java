package io.quorate.core.tx.runtime;

import static java.util.Objects.requireNonNull;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.TxHead;
import io.quorate.core.tx.machine.Decision;
import io.quorate.core.tx.machine.Input;
import io.quorate.core.tx.machine.Resolution;
import io.quorate.core.tx.machine.Standing;
import io.quorate.core.tx.machine.UnreadableHistoryException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Looks at transactions and decides what only a person can. Every decision is a record in the log
 * with who and why, kept as long as the transaction. Thread-safe; methods block.
 */
public final class Operator {

  /** The longest list one call returns. */
  public static final int LIMIT_MAX = 10_000;

  private final TransactionRuntime runtime;

  Operator(TransactionRuntime runtime) {
    this.runtime = runtime;
  }

  /** Transactions that wait for a person, at most {@code limit}, in the order of their ids. */
  public List<TxHead> parked(int limit) {
    return list(Set.of(TxHead.Status.PARKED), null, limit);
  }

  /** Transactions that are not finished, parked ones included: what is in doubt right now. */
  public List<TxHead> unfinished(int limit) {
    return list(Set.of(TxHead.Status.OPEN, TxHead.Status.PARKED), null, limit);
  }

  /**
   * Transactions in the given statuses in the order of their ids.
   *
   * @param after continue behind this id; {@code null} from the start
   * @param limit 1 to {@value #LIMIT_MAX}
   */
  public List<TxHead> list(Set<TxHead.Status> statuses, @Nullable TxId after, int limit) {
    requireLimit(limit);
    return runtime.log().list(requireNonNull(statuses, "statuses"), after, limit);
  }

  /**
   * Transactions that this process could not take up, with the reason, in the order of their ids.
   * Each is tried again by itself, up to five minutes apart, and whenever somebody asks something
   * of it; a definition that is not registered needs a deployment, an error in the code a mended
   * one. Held in memory: the next process finds out anew.
   *
   * @param after continue behind this id; {@code null} from the start
   * @param limit 1 to {@value #LIMIT_MAX}
   */
  public List<SetAsideTransaction> setAside(@Nullable TxId after, int limit) {
    requireLimit(limit);
    return runtime.recovery().setAside(after, limit);
  }

  private static void requireLimit(int limit) {
    if (limit < 1 || limit > LIMIT_MAX) {
      throw new IllegalArgumentException("limit: " + limit + " (expected: 1.." + LIMIT_MAX + ")");
    }
  }

  /** All that is known of a transaction; empty where the log does not know it (any more). */
  public Optional<TransactionView> show(TxId tx) {
    requireNonNull(tx, "tx");
    String setAside = runtime.recovery().whySetAside(tx);
    return runtime.view(tx).map(view -> view.with(decisions(view.history()), setAside));
  }

  private List<Decision> decisions(List<LogRecord> history) {
    try {
      return runtime.views().reader(history.getFirst()).decisions(history);
    } catch (UnreadableHistoryException unreadable) {
      // The standing says that its records cannot be read; nor can who decided what.
      return List.of();
    }
  }

  /**
   * Decides what becomes of a branch that waits for a person.
   *
   * @return where the transaction stands once the decision is durable
   * @throws io.quorate.core.tx.machine.ResolutionRefusedException when it does not fit; says why
   * @throws IllegalArgumentException when the log does not know the transaction
   * @throws IllegalStateException when this process cannot take the transaction up; says why
   * @throws CoordinatorStoppedException when this coordinator does not work any more
   * @throws io.quorate.core.tx.log.LogUnavailableException when the log does not answer, or {@link
   *     io.quorate.core.tx.log.IndeterminateException}: whether the decision was taken is not
   *     known, {@link #show} tells once the log is back
   */
  public Standing resolve(TxId tx, Resolution resolution) {
    requireNonNull(tx, "tx");
    requireNonNull(resolution, "resolution");
    return answer(runtime.feed(tx, now -> new Input.Resolve(resolution, now)));
  }

  /**
   * Asks for a transaction to be undone, which it is before its point of no return; after it the
   * request changes nothing. Who and why become part of the reason that the log keeps.
   *
   * @param by who decided; not blank
   * @param why the reason, a ticket for example; not blank
   * @return where the transaction stands after the request: undoing, or not
   * @throws RuntimeException as {@link #resolve}
   */
  public Standing cancel(TxId tx, String by, String why) {
    requireNonNull(tx, "tx");
    String reason = requireText("why", why) + " (by " + requireText("by", by) + ")";
    return answer(runtime.cancel(tx, reason));
  }

  private static String requireText(String field, String value) {
    if (requireNonNull(value, field).isBlank()) {
      throw new IllegalArgumentException(field + ": blank (expected: a name or reason, for audit)");
    }
    return value;
  }

  private static Standing answer(CompletableFuture<Standing> asked) {
    try {
      return asked.join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw failed;
    }
  }
}
