package io.quorate.core.tx;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What a participant can say about one call. Anything that is not one of the first three definite
 * answers is {@link Unknown}: a lost reply is not a failure.
 */
public sealed interface Verdict {

  /**
   * It is done, now or by an earlier attempt.
   *
   * @param result the encoded answer, owned by the receiver; the same for every attempt
   */
  record Ok(byte[] result) implements Verdict {
    public Ok {
      requireNonNull(result, "result");
    }
  }

  /**
   * It was refused for a business reason and has had no effect.
   *
   * @param reason for people to read
   */
  record No(String reason) implements Verdict {
    public No {
      requireNonNull(reason, "reason");
    }
  }

  /**
   * The opposite of what is asked has already been made final at the participant, for example a
   * cancel after a confirm. Never the normal course: somebody has to look.
   *
   * @param fact what the participant holds
   */
  record Conflict(String fact) implements Verdict {
    public Conflict {
      requireNonNull(fact, "fact");
    }
  }

  /**
   * It may or may not have happened.
   *
   * @param cause what went wrong, for people to read
   */
  record Unknown(String cause) implements Verdict {
    public Unknown {
      requireNonNull(cause, "cause");
    }
  }

  /**
   * The participant is still at it.
   *
   * @param pollAfter when to ask again; not negative
   */
  record Ongoing(Duration pollAfter) implements Verdict {
    public Ongoing {
      requireNonNull(pollAfter, "pollAfter");
      if (pollAfter.isNegative()) {
        throw new IllegalArgumentException("pollAfter: " + pollAfter + " (expected: >= 0)");
      }
    }
  }
}
