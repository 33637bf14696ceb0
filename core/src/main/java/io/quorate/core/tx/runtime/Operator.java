package io.quorate.core.tx.runtime;

import static java.util.Objects.requireNonNull;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.TxHead;
import io.quorate.core.tx.machine.Input;
import io.quorate.core.tx.machine.Resolution;
import io.quorate.core.tx.machine.Standing;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
    if (limit < 1 || limit > LIMIT_MAX) {
      throw new IllegalArgumentException("limit: " + limit + " (expected: 1.." + LIMIT_MAX + ")");
    }
    return runtime.log().list(requireNonNull(statuses, "statuses"), after, limit);
  }

  /** All that is known of a transaction; empty where the log does not know it (any more). */
  public Optional<TransactionView> show(TxId tx) {
    return runtime.view(requireNonNull(tx, "tx"));
  }

  /**
   * Decides what becomes of a branch that waits for a person.
   *
   * @return where the transaction stands once the decision is durable
   * @throws io.quorate.core.tx.machine.ResolutionRefusedException when it does not fit; says why
   * @throws IllegalArgumentException when the log does not know the transaction
   * @throws io.quorate.core.tx.log.LogUnavailableException when the log does not answer; nothing
   *     was decided
   * @throws io.quorate.core.tx.log.IndeterminateException when the log was lost while it was
   *     written: look again
   * @throws CoordinatorStoppedException when another coordinator has taken over
   * @throws IllegalStateException when the transaction cannot be taken up; says why
   */
  public Standing resolve(TxId tx, Resolution resolution) {
    requireNonNull(resolution, "resolution");
    try {
      return runtime.feed(tx, now -> new Input.Resolve(resolution, now)).join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw failed;
    }
  }
}
