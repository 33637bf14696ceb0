package io.quorate.core.tx.remote.http;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The parameters of a request, each once. */
record RequestQuery(Map<String, String> values) {
  RequestQuery {
    values = Map.copyOf(values);
  }

  /**
   * Reads a query.
   *
   * @param raw as it was sent; {@code null} for none
   * @param names the parameters that are known here
   * @throws IllegalArgumentException for one that is not, or is there twice; names it
   */
  static RequestQuery of(@Nullable String raw, Set<String> names) {
    Map<String, String> values = new HashMap<>();
    if (raw != null && !raw.isEmpty()) {
      for (String pair : raw.split("&", -1)) {
        int equals = pair.indexOf('=');
        String name = RequestPath.decoded(equals < 0 ? pair : pair.substring(0, equals));
        if (!names.contains(name)) {
          throw new IllegalArgumentException(
              "parameter: \"%s\" (expected: one of %s)"
                  .formatted(name, names.stream().sorted().toList()));
        }
        String value = equals < 0 ? "" : RequestPath.decoded(pair.substring(equals + 1));
        if (values.put(name, value) != null) {
          throw new IllegalArgumentException(name + ": twice (expected: once)");
        }
      }
    }
    return new RequestQuery(values);
  }

  String value(String name, String otherwise) {
    return values.getOrDefault(name, otherwise);
  }
}
