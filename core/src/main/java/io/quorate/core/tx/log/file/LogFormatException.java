package io.quorate.core.tx.log.file;

/** A newer release wrote the log. Nothing was changed; open it with that release or a later one. */
public final class LogFormatException extends RuntimeException {
  private static final long serialVersionUID = 1;

  LogFormatException(String where, String field, int value, int supported) {
    super(
        "%s: %s %d (expected: <= %d); open it with the release that wrote it"
            .formatted(where, field, value, supported));
  }
}
