package io.quorate.testkit.linearizability;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes histories as {@link HistoryReader} reads them: what is read back is equal. */
public final class HistoryWriter {
  private HistoryWriter() {}

  /**
   * Writes a file, in place of what it held.
   *
   * @throws IOException if it cannot be written; then it holds a part
   */
  public static void write(History history, Path file) throws IOException {
    try (Writer out = Files.newBufferedWriter(file, UTF_8)) {
      for (Operation each : history.operations()) {
        out.write(line(each));
        out.write('\n');
      }
    }
  }

  /** An operation as one line, without its end. */
  public static String line(Operation operation) {
    StringBuilder line = new StringBuilder(128);
    line.append("{\"client\":").append(operation.client());
    line.append(",\"key\":").append(Values.json(operation.key()));
    line.append(",\"op\":").append(Values.json(operation.op()));
    line.append(",\"arg\":").append(Values.json(operation.argument()));
    line.append(",\"expect\":").append(Values.json(operation.expected()));
    line.append(",\"result\":").append(Values.json(operation.result()));
    line.append(",\"ok\":")
        .append(
            switch (operation.outcome()) {
              case OK -> "true";
              case FAILED -> "false";
              case UNKNOWN -> "null";
            });
    line.append(",\"start\":").append(operation.startNanos());
    line.append(",\"end\":").append(operation.endNanos());
    return line.append('}').toString();
  }
}
