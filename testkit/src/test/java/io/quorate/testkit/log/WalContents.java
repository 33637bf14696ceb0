package io.quorate.testkit.log;

import io.quorate.core.wal.WalConfig;
import io.quorate.core.wal.WalRecord;
import io.quorate.core.wal.WriteAheadLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The records of a write-ahead log in a directory, read, and written elsewhere with one changed.
 */
final class WalContents {
  private WalContents() {}

  static List<WalRecord> of(Path directory, WalConfig config) {
    List<WalRecord> records = new ArrayList<>();
    try (WriteAheadLog wal = WriteAheadLog.open(directory, config)) {
      wal.replay(wal.firstPosition(), records::add);
    }
    return records;
  }

  /** A log of the same records but for one, which is left out where the change is empty. */
  static void write(
      Path directory,
      WalConfig config,
      List<WalRecord> records,
      int which,
      UnaryOperator<byte[]> change) {
    try (WriteAheadLog wal = WriteAheadLog.open(directory, config)) {
      for (int i = 0; i < records.size(); i++) {
        WalRecord r = records.get(i);
        byte[] payload = i == which ? change.apply(r.payload().clone()) : r.payload();
        if (payload.length > 0) {
          wal.append(r.type(), 0, r.word0(), r.word1(), payload, r.forced());
        }
      }
    }
  }
}
