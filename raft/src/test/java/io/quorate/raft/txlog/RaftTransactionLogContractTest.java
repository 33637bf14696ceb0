package io.quorate.raft.txlog;

import io.quorate.testkit.log.LogHome;
import io.quorate.testkit.log.TransactionLogContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Every promise of a transaction log, kept by a group of three that are forced to disk. */
final class RaftTransactionLogContractTest extends TransactionLogContract {
  @TempDir Path root;

  @Override
  protected LogHome newHome() {
    return new RaftLogHome(root);
  }

  @Override
  public int contendedAppends() {
    return 2_000;
  }
}
