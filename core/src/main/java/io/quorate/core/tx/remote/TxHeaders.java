package io.quorate.core.tx.remote;

import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.Phase;
import io.quorate.core.tx.TxId;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A {@link BranchRef} as headers, and back. Names are written as here and read without regard to
 * case by whoever carries them; values are printable ASCII without space, which is safe in HTTP and
 * in gRPC.
 */
public final class TxHeaders {
  /** {@link BranchRef#tx()}. */
  public static final String ID = "Tx-Id";

  /** {@link BranchRef#branch()}. */
  public static final String BRANCH = "Tx-Branch";

  /** {@link BranchRef#phase()}: {@code try}, {@code confirm} or {@code cancel}. */
  public static final String PHASE = "Tx-Phase";

  /** {@link BranchRef#attempt()}, decimal. */
  public static final String ATTEMPT = "Tx-Attempt";

  /** {@link Epoch#number()}, decimal. */
  public static final String EPOCH = "Tx-Epoch";

  /** {@link Epoch#owner()}. */
  public static final String EPOCH_OWNER = "Tx-Epoch-Owner";

  /** {@link BranchRef#startedAt()}, ISO 8601 in UTC. */
  public static final String STARTED = "Tx-Started";

  /**
   * {@link BranchRef#key()}. For participants and proxies that know no more than that header:
   * {@link #parse} does not read it.
   */
  public static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  /**
   * On an HTTP answer 409: the participant holds the opposite of what was asked, see {@link
   * io.quorate.core.tx.Verdict.Conflict}. Its value says nothing.
   */
  public static final String CONFLICT = "Tx-Conflict";

  /** The headers of a call, in the order of {@link #render}. */
  public static final List<String> NAMES =
      List.of(ID, BRANCH, PHASE, ATTEMPT, EPOCH, EPOCH_OWNER, STARTED, IDEMPOTENCY_KEY);

  /** Longer than any value that can be right; bounds what a wrong one can cost. */
  private static final int VALUE_LENGTH_MAX = 512;

  private TxHeaders() {}

  /** The headers that carry {@code ref}, one value each, in the order of {@link #NAMES}. */
  public static Map<String, String> render(BranchRef ref) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(ID, ref.tx().value());
    headers.put(BRANCH, ref.branch());
    headers.put(PHASE, shown(ref.phase()));
    headers.put(ATTEMPT, Integer.toString(ref.attempt()));
    headers.put(EPOCH, Long.toString(ref.epoch().number()));
    headers.put(EPOCH_OWNER, ref.epoch().owner());
    headers.put(STARTED, ref.startedAt().toString());
    headers.put(IDEMPOTENCY_KEY, ref.key());
    return headers;
  }

  /**
   * The branch that headers name.
   *
   * @param values all values of a header, by its name as in {@link #NAMES}; empty where there is
   *     none
   * @throws MalformedHeaderException when a header is missing, there twice, or breaks its rule
   */
  public static BranchRef parse(Function<String, List<String>> values)
      throws MalformedHeaderException {
    TxId tx = checked(ID, one(ID, values), TxId::new);
    String branch = one(BRANCH, values);
    Phase phase = phase(one(PHASE, values));
    long attempt = whole(ATTEMPT, one(ATTEMPT, values));
    if (attempt < 1 || attempt > Integer.MAX_VALUE) {
      throw new MalformedHeaderException(
          ATTEMPT, attempt + " (expected: 1.." + Integer.MAX_VALUE + ")");
    }
    long number = whole(EPOCH, one(EPOCH, values));
    Epoch epoch = checked(EPOCH_OWNER, one(EPOCH_OWNER, values), owner -> new Epoch(owner, number));
    Instant startedAt = instant(one(STARTED, values));
    return checked(
        BRANCH, branch, name -> new BranchRef(tx, name, phase, (int) attempt, epoch, startedAt));
  }

  private static String one(String name, Function<String, List<String>> values)
      throws MalformedHeaderException {
    List<String> all = values.apply(name);
    if (all.isEmpty()) {
      throw new MalformedHeaderException(name, "missing");
    }
    if (all.size() > 1) {
      throw new MalformedHeaderException(name, all.size() + " values (expected: one)");
    }
    String value = all.get(0);
    if (value.length() > VALUE_LENGTH_MAX) {
      throw new MalformedHeaderException(
          name, value.length() + " characters (expected: <= " + VALUE_LENGTH_MAX + ")");
    }
    return value;
  }

  private static String shown(Phase phase) {
    return switch (phase) {
      case TRY -> "try";
      case CONFIRM -> "confirm";
      case CANCEL -> "cancel";
    };
  }

  private static Phase phase(String value) throws MalformedHeaderException {
    return switch (value) {
      case "try" -> Phase.TRY;
      case "confirm" -> Phase.CONFIRM;
      case "cancel" -> Phase.CANCEL;
      default ->
          throw new MalformedHeaderException(
              PHASE, quoted(value) + " (expected: try, confirm or cancel)");
    };
  }

  /** Digits only: {@link Long#parseLong} also takes a plus sign and the digits of other scripts. */
  private static long whole(String name, String value) throws MalformedHeaderException {
    boolean digits = !value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9');
    try {
      if (digits) {
        return Long.parseLong(value);
      }
    } catch (NumberFormatException tooLarge) {
      digits = false;
    }
    throw new MalformedHeaderException(
        name, quoted(value) + " (expected: 0.." + Long.MAX_VALUE + " in decimal digits)");
  }

  private static Instant instant(String value) throws MalformedHeaderException {
    try {
      return Instant.parse(value);
    } catch (DateTimeException e) {
      throw new MalformedHeaderException(
          STARTED, quoted(value) + " (expected: an ISO 8601 instant such as 2026-01-31T12:00:00Z)");
    }
  }

  private static <T> T checked(String name, String value, Function<String, T> make)
      throws MalformedHeaderException {
    try {
      return make.apply(value);
    } catch (IllegalArgumentException rule) {
      throw new MalformedHeaderException(name, String.valueOf(rule.getMessage()));
    }
  }

  private static String quoted(String value) {
    return '"' + ForeignText.line(value, 80) + '"';
  }
}
