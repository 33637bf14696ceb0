package io.quorate.testkit.linearizability;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.quorate.testkit.linearizability.Operation.Outcome;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads histories from JSON lines in UTF-8, one operation a line:
 *
 * <pre>
 *   {"client":1,"key":"x","op":"put","arg":5,"ok":true,"start":10,"end":20}
 *   {"client":2,"key":"x","op":"cas","expect":5,"arg":6,"result":false,"ok":true,"start":12,"end":30}
 *   {"client":3,"key":"x","op":"get","ok":null,"start":15,"end":null}
 * </pre>
 *
 * <p>The fields come in any order. {@code client}, {@code start} and {@code end} are 64-bit
 * integers, {@code key} and {@code op} strings; {@code arg}, {@code expect} and {@code result} are
 * strings, numbers, booleans or null, and null where absent. {@code ok} is true, false or null as
 * in {@link Outcome}, and must be there; {@code end} may be null or absent only if {@code ok} is
 * null. Empty lines are skipped. Any other field, a field given twice, and what the model does not
 * know, is refused.
 */
public final class HistoryReader {

  /** The longest line, in bytes: {@value}. */
  public static final int LINE_BYTES_MAX = 1 << 20;

  /** The most operations {@link #read(Path, Model)} takes: {@value}; about 200 bytes each. */
  public static final int OPERATIONS_MAX = 5_000_000;

  private static final Set<String> FIELDS =
      Set.of("client", "key", "op", "arg", "expect", "result", "ok", "start", "end");
  private static final String INTEGER = "a 64-bit integer";

  private final BufferedInputStream in;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Model<?> model;
  private long line;

  private HistoryReader(BufferedInputStream in, Model<?> model) {
    this.in = in;
    this.model = model;
  }

  /**
   * The history in a file.
   *
   * @param model knows which operations there are
   * @throws HistoryFormatException at the first line that is no operation, and at the one with
   *     which there are more than {@value #OPERATIONS_MAX}
   * @throws IOException if the file cannot be read
   */
  public static History read(Path file, Model<?> model) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      List<Operation> operations = new ArrayList<>();
      read(
          in,
          model,
          each -> {
            if (operations.size() == OPERATIONS_MAX) {
              throw new HistoryFormatException(
                  OPERATIONS_MAX + 1L,
                  new Objection(
                      "operations", "more than " + OPERATIONS_MAX, "<= " + OPERATIONS_MAX));
            }
            operations.add(each);
          });
      return new History(operations);
    }
  }

  /**
   * Hands the operations of a stream to {@code each}, one by one as they are read, and holds none.
   * Reads ahead, and does not close the stream.
   *
   * @throws HistoryFormatException at the first line that is no operation; those before it were
   *     handed over
   * @throws IOException if the stream cannot be read
   */
  public static void read(InputStream in, Model<?> model, Consumer<Operation> each)
      throws IOException {
    new HistoryReader(new BufferedInputStream(in), requireNonNull(model, "model")).readAll(each);
  }

  private void readAll(Consumer<Operation> each) throws IOException {
    for (String text = nextLine(); text != null; text = nextLine()) {
      if (!text.isBlank()) {
        each.accept(operation(text));
      }
    }
  }

  /** Cut before it is decoded, so that an error is in the line it names. */
  private @Nullable String nextLine() throws IOException {
    line++;
    int b = in.read();
    if (b < 0) {
      return null;
    }
    bytes.reset();
    while (b >= 0 && b != '\n') {
      if (bytes.size() == LINE_BYTES_MAX) {
        throw bad("line", "more than " + LINE_BYTES_MAX + " bytes", "<= " + LINE_BYTES_MAX);
      }
      bytes.write(b);
      b = in.read();
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
    } catch (CharacterCodingException notText) {
      throw bad("line", "bytes that are not UTF-8", "UTF-8");
    }
  }

  private Operation operation(String text) {
    Map<String, @Nullable Object> fields = fields(text);
    for (String name : fields.keySet()) {
      if (!FIELDS.contains(name)) {
        throw bad(
            JsonLine.shown(name),
            "not a field",
            "client, key, op, arg, expect, result, ok, start or end");
      }
    }
    long client = integer(fields, "client");
    String key = string(fields, "key");
    String op = string(fields, "op");
    Outcome outcome = outcome(fields);
    long start = integer(fields, "start");
    @Nullable Long end = fields.get("end") == null ? null : (Long) integer(fields, "end");
    Object result = fields.get("result");
    refuse(Operation.objection(outcome, result, start, end));
    Operation operation =
        new Operation(
            client, key, op, fields.get("arg"), fields.get("expect"), result, outcome, start, end);
    refuse(model.objection(operation));
    return operation;
  }

  private Map<String, @Nullable Object> fields(String text) {
    try {
      return JsonLine.parse(text);
    } catch (JsonLine.Unreadable unreadable) {
      throw new HistoryFormatException(line, unreadable.objection());
    }
  }

  private Outcome outcome(Map<String, @Nullable Object> fields) {
    Object ok = fields.get("ok");
    if (ok == null && fields.containsKey("ok")) {
      return Outcome.UNKNOWN;
    }
    if (ok instanceof Boolean known) {
      return known ? Outcome.OK : Outcome.FAILED;
    }
    throw bad("ok", found(fields, "ok"), "true, false or null");
  }

  private long integer(Map<String, @Nullable Object> fields, String name) {
    if (fields.get(name) instanceof Long number) {
      return number;
    }
    throw bad(name, found(fields, name), INTEGER);
  }

  private String string(Map<String, @Nullable Object> fields, String name) {
    if (fields.get(name) instanceof String text) {
      return text;
    }
    throw bad(name, found(fields, name), "a string");
  }

  private static String found(Map<String, @Nullable Object> fields, String name) {
    return fields.containsKey(name) ? Values.shown(fields.get(name)) : "absent";
  }

  private void refuse(Optional<Objection> objection) {
    if (objection.isPresent()) {
      throw new HistoryFormatException(line, objection.get());
    }
  }

  private HistoryFormatException bad(String field, String value, String rule) {
    return new HistoryFormatException(line, new Objection(field, value, rule));
  }
}
