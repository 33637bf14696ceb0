package io.quorate.testkit.crash;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The choices of one run, as text: {@code v1:4=2,9=1} takes way 2 at point 4, way 1 at point 9 and
 * the undisturbed course at all others. Immutable.
 */
final class Script {
  private static final String VERSION = "v1:";

  private final SortedMap<Integer, Integer> codes;

  private Script(SortedMap<Integer, Integer> codes) {
    this.codes = Collections.unmodifiableSortedMap(codes);
  }

  static final class Builder {
    private final SortedMap<Integer, Integer> codes = new TreeMap<>();

    void put(int at, int code) {
      if (code != 0) {
        codes.put(at, code);
      }
    }

    Script build() {
      return new Script(new TreeMap<>(codes));
    }
  }

  /**
   * @throws IllegalArgumentException when the text is none
   */
  static Script parse(String text) {
    if (!text.matches("v1:([0-9]{1,6}=[0-9]{1,6}(,[0-9]{1,6}=[0-9]{1,6})*)?")) {
      throw new IllegalArgumentException(
          "replay: \"%s\" (expected: v1:POINT=WAY,POINT=WAY,… as a violation prints it)"
              .formatted(text));
    }
    Builder script = new Builder();
    String pairs = text.substring(VERSION.length());
    if (!pairs.isEmpty()) {
      for (String pair : pairs.split(",", -1)) {
        int equals = pair.indexOf('=');
        script.put(
            Integer.parseInt(pair.substring(0, equals)),
            Integer.parseInt(pair.substring(equals + 1)));
      }
    }
    return script.build();
  }

  /** The same without one of its choices, for each of them: what a shorter one could look like. */
  List<Script> shorter() {
    List<Script> shorter = new ArrayList<>();
    for (Integer at : codes.keySet()) {
      SortedMap<Integer, Integer> fewer = new TreeMap<>(codes);
      fewer.remove(at);
      shorter.add(new Script(fewer));
    }
    return shorter;
  }

  /** Makes these choices. */
  Choices choices() {
    return new Choices() {
      @Override
      int decideFault(int at, int[] codes, int count) {
        int code = codeAt(at);
        for (int i = 0; i < count; i++) {
          if (codes[i] == code) {
            return code;
          }
        }
        throw misfit(at, code);
      }

      @Override
      int decideFree(int at, int count) {
        int code = codeAt(at);
        if (code >= count) {
          throw misfit(at, code);
        }
        return code;
      }

      @Override
      int decided(int at) {
        if (codeAt(at) != 0) {
          throw misfit(at, codeAt(at));
        }
        return 0;
      }
    };
  }

  private int codeAt(int at) {
    return codes.getOrDefault(at, 0);
  }

  /** A choice names a way that its point does not have. */
  static final class MisfitException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    MisfitException(String message) {
      super(message);
    }
  }

  private MisfitException misfit(int at, int code) {
    return new MisfitException(
        "replay: %s has way %d at point %d, where there is no such way (expected: a line printed for"
                .formatted(this, code, at)
            + " this very protocol, input and configuration)");
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(VERSION);
    for (Map.Entry<Integer, Integer> choice : codes.entrySet()) {
      text.append(text.length() == VERSION.length() ? "" : ",")
          .append(String.format(Locale.ROOT, "%d=%d", choice.getKey(), choice.getValue()));
    }
    return text.toString();
  }
}
