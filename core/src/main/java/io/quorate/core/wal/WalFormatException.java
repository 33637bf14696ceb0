package io.quorate.core.wal;

/** A newer release wrote the log. Nothing was changed; open it with that release or a later one. */
public final class WalFormatException extends WalException {
  private static final long serialVersionUID = 1;

  WalFormatException(String directory, String segment, int version, int supported) {
    super(
        "%s/%s: format version %d (expected: <= %d); open it with the release that wrote it"
            .formatted(directory, segment, version, supported),
        null);
  }
}
