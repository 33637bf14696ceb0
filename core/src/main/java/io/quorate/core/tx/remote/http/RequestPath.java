package io.quorate.core.tx.remote.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** What a request names. An id may hold slashes, so a path is not cut into pieces. */
final class RequestPath {
  private RequestPath() {}

  /** What follows the context's path, as it was sent; without a slash in front. */
  static String below(HttpExchange exchange) {
    String path = exchange.getRequestURI().getRawPath();
    String context = exchange.getHttpContext().getPath();
    String below = path.substring(context.length());
    if (context.endsWith("/")) {
      return below;
    }
    // A context "/tx" is asked for "/txt" too.
    return below.startsWith("/") ? below.substring(1) : "";
  }

  /** Not {@code URLDecoder}: that one is for forms, and would turn a plus sign into a space. */
  static String decoded(String raw) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c != '%') {
        bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      } else {
        // A URI that has been parsed has two hexadecimal digits here.
        bytes.write(Integer.parseInt(raw, i + 1, i + 3, 16));
        i += 2;
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
