package io.quorate.testkit.log;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract on H2 in a file, which loses what was not forced when it crashes. */
final class H2FileTransactionLogTest extends TransactionLogContract {
  @TempDir Path folder;

  @Override
  protected LogHome newHome() {
    return new JdbcHome(JdbcHome.h2("jdbc:h2:file:" + folder.resolve("log")));
  }

  @Override
  public int contendedAppends() {
    return 2_000;
  }
}
