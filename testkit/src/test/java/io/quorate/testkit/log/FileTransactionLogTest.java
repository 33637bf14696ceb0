package io.quorate.testkit.log;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Every promise of a transaction log, kept by the one in a directory. */
final class FileTransactionLogTest extends TransactionLogContract {
  @TempDir Path root;

  @Override
  protected LogHome newHome() {
    return new FileLogHome(root, FileLogHome.small());
  }
}
