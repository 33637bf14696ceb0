package io.quorate.testkit.linearizability;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A key that holds one value, and null before the first is put.
 *
 * <pre>
 *   put  arg             the value becomes arg; what it answers is not looked at
 *   get  → result        the value is result
 *   cas  expect arg      result true:  the value was expect, and becomes arg
 *                        result false: the value was not expect, and stays
 * </pre>
 *
 * <p>An unknown {@code put} or {@code cas} matters only to what sees the value it writes. Let
 * {@code w} be that value, and the operation change the state to {@code w}. A {@code put} directly
 * behind it would do the same without it. A {@code get} fits there only if it answers {@code w}; a
 * {@code cas} that matched, or a further unknown one that changes anything, only if it expects
 * {@code w}; a {@code cas} that did not match, only if it expects something else. All others cannot
 * follow, or do not need it. An unknown {@code put} whose value nobody sees can therefore be left
 * out: behind it stands a {@code put}, or nothing.
 */
public final class Register implements Model<Register.Content> {

  /** Writes a value. */
  public static final String PUT = "put";

  /** Reads the value. */
  public static final String GET = "get";

  /** Compares the value and swaps it. */
  public static final String CAS = "cas";

  private static final Content EMPTY = new Content(null);

  /**
   * What a key holds.
   *
   * @param value null if nothing
   */
  public record Content(@Nullable Object value) {
    @Override
    public String toString() {
      return Values.shown(value);
    }
  }

  /** A register without value. */
  public Register() {}

  @Override
  public Content initial() {
    return EMPTY;
  }

  @Override
  public Optional<Objection> objection(Operation operation) {
    return switch (operation.op()) {
      case PUT -> unless(operation.expected() == null, "expect", operation.expected(), "null");
      case GET ->
          unless(operation.argument() == null, "arg", operation.argument(), "null")
              .or(
                  () ->
                      unless(operation.expected() == null, "expect", operation.expected(), "null"));
      case CAS ->
          switch (operation.outcome()) {
            case OK ->
                unless(
                    operation.result() instanceof Boolean,
                    "result",
                    operation.result(),
                    "true or false, whether the comparison matched");
            case FAILED ->
                unless(
                    !Boolean.TRUE.equals(operation.result()),
                    "result",
                    operation.result(),
                    "not true, because ok is false");
            case UNKNOWN -> Optional.empty();
          };
      default -> unless(false, "op", operation.op(), "put, get or cas");
    };
  }

  private static Optional<Objection> unless(
      boolean good, String field, @Nullable Object value, String rule) {
    return good ? Optional.empty() : Optional.of(new Objection(field, Values.shown(value), rule));
  }

  @Override
  public Optional<Content> step(Content content, Operation operation) {
    return switch (operation.op()) {
      case PUT -> Optional.of(new Content(operation.argument()));
      case GET ->
          operation.isUnknown() || Objects.equals(content.value, operation.result())
              ? Optional.of(content)
              : Optional.empty();
      case CAS -> {
        boolean matches = Objects.equals(content.value, operation.expected());
        if (!operation.isUnknown() && !Objects.equals(operation.result(), matches)) {
          yield Optional.empty();
        }
        yield Optional.of(matches ? new Content(operation.argument()) : content);
      }
      default -> throw new IllegalArgumentException(objection(operation).toString());
    };
  }

  @Override
  public boolean isReadOnly(Operation operation) {
    return operation.op().equals(GET) || isMismatch(operation);
  }

  private static boolean isMismatch(Operation operation) {
    return operation.op().equals(CAS) && Boolean.FALSE.equals(operation.result());
  }

  @Override
  public boolean mayDependOn(Operation next, Operation unknown) {
    Object written = unknown.argument();
    return switch (next.op()) {
      case GET -> Objects.equals(next.result(), written);
      case CAS -> Objects.equals(next.expected(), written) != isMismatch(next);
      default -> false;
    };
  }
}
