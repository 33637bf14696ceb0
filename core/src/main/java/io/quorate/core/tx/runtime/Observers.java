package io.quorate.core.tx.runtime;

import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.machine.TxEvent;
import io.quorate.core.tx.machine.TxObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everybody who watches, none of whom can hurt what is watched. */
final class Observers {
  private static final Logger LOGGER = LoggerFactory.getLogger(TransactionRuntime.class);

  /** Nothing is in force. */
  static final CallScope.Scope NOTHING = () -> {};

  /** Where nothing is in force. */
  static final CallScope.Surroundings NOWHERE = () -> NOTHING;

  private final List<TxObserver> all;
  private final List<CallScope> scopes;

  Observers(List<TxObserver> all) {
    this.all = all;
    this.scopes =
        all.stream()
            .flatMap(one -> one instanceof CallScope scope ? Stream.of(scope) : Stream.empty())
            .toList();
  }

  void emit(TxEvent event) {
    for (TxObserver observer : all) {
      try {
        observer.on(event);
      } catch (RuntimeException | Error failed) {
        LOGGER.warn("observer failed event={}", event, failed);
      }
    }
  }

  /** As {@link CallScope#here()}, for all of them. */
  CallScope.Surroundings here() {
    if (scopes.isEmpty()) {
      return NOWHERE;
    }
    List<CallScope.Surroundings> each =
        scopes.stream().map(scope -> asked(scope::here)).filter(Objects::nonNull).toList();
    return () -> opened(each.stream().<Supplier<CallScope.Scope>>map(s -> s::enter).toList());
  }

  /** As {@link CallScope#around}, for all of them. */
  CallScope.Scope around(BranchRef ref) {
    if (scopes.isEmpty()) {
      return NOTHING;
    }
    return opened(
        scopes.stream().<Supplier<CallScope.Scope>>map(scope -> () -> scope.around(ref)).toList());
  }

  private static CallScope.Scope opened(List<Supplier<CallScope.Scope>> openers) {
    List<CallScope.Scope> open = new ArrayList<>(openers.size());
    for (Supplier<CallScope.Scope> opener : openers) {
      CallScope.Scope scope = asked(opener);
      if (scope != null) {
        open.addFirst(scope);
      }
    }
    return () ->
        open.forEach(
            scope ->
                asked(
                    () -> {
                      scope.close();
                      return scope;
                    }));
  }

  private static <T> @Nullable T asked(Supplier<T> question) {
    try {
      return question.get();
    } catch (RuntimeException | Error failed) {
      LOGGER.warn("scope failed", failed);
      return null;
    }
  }
}
