package io.quorate.raft;

import io.quorate.core.wal.WalException;
import io.quorate.raft.core.HardState;
import io.quorate.raft.core.Restored;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.Payload;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.membership.Membership;
import io.quorate.raft.quorum.NodeIds;
import io.quorate.raft.storage.RaftStore;
import io.quorate.raft.storage.RaftStoreConfig;
import io.quorate.raft.storage.StorageException;
import io.quorate.raft.storage.StoredReplica;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Semaphore;

/**
 * Gives a group whose quorum is lost for good to the nodes that are left, on the command line:
 *
 * <pre>
 *   recover DIRECTORY --group N --force-members 1[,2...]
 * </pre>
 *
 * <p><b>Unsafe</b>, and the only way then: what the lost quorum had agreed on and this node had not
 * is gone, whatever was acknowledged; and if the lost nodes come back after all, there are two
 * groups. Run it on the one node whose log reaches furthest, stopped; start every other one that is
 * named with an empty directory.
 *
 * <p>It appends, in a new term, a configuration of the named voters, which counts from there on
 * like any other.
 */
public final class RecoverTool {
  private static final String USAGE =
      "usage: recover DIRECTORY --group N --force-members ID[,ID...]";

  private RecoverTool() {}

  /**
   * Ends the process with 0 if it was done, 1 if the directory does not work, 2 for wrong usage.
   */
  public static void main(String[] arguments) {
    System.exit(run(arguments, System.out, System.err));
  }

  static int run(String[] arguments, PrintStream out, PrintStream err) {
    if (arguments.length != 5
        || !arguments[1].equals("--group")
        || !arguments[3].equals("--force-members")) {
      err.println(USAGE);
      return 2;
    }
    Path directory = Path.of(arguments[0]);
    int group;
    NodeIds voters;
    try {
      group = Integer.parseInt(arguments[2]);
      voters =
          NodeIds.of(
              Arrays.stream(arguments[4].split(",")).mapToLong(Long::parseUnsignedLong).toArray());
    } catch (IllegalArgumentException wrong) {
      err.println(wrong.getMessage());
      err.println(USAGE);
      return 2;
    }
    if (!Files.isDirectory(directory.resolve("log"))) {
      err.println(directory + ": holds no group (expected: a server's directory)");
      return 1;
    }
    try {
      out.println(force(directory, group, Membership.of(voters, NodeIds.none())));
      return 0;
    } catch (WalException | StorageException | IllegalArgumentException e) {
      err.println(e.getMessage());
      return 1;
    }
  }

  /**
   * Does it.
   *
   * @return what was done, for people
   * @throws IllegalArgumentException the directory does not know the group, or nobody would have a
   *     vote
   */
  static String force(Path directory, int group, Membership members) {
    if (members.voters().isEmpty()) {
      throw new IllegalArgumentException("force-members: none (expected: at least one)");
    }
    try (RaftStore store = RaftStore.open(directory.resolve("log"), RaftStoreConfig.defaults())) {
      if (!store.groups().contains(group)) {
        throw new IllegalArgumentException(
            "group: %d (expected: one of %s)".formatted(group, store.groups()));
      }
      StoredReplica replica =
          StoredReplica.open(
              store,
              group,
              SnapshotMark.beginning(Membership.NONE),
              directory.resolve("snapshots-" + group));
      Restored restored = replica.restored();
      Membership before = restored.log().membership();
      long term = restored.hardState().term() + 1;
      long index = restored.log().lastIndex() + 1;
      Semaphore changes = new Semaphore(0);
      replica.listen(changes::release);
      replica.hardState(1, new HardState(term, 0));
      replica.append(2, new EntryBatch(term, index, new Payload.Configuration(members)));
      replica.flush();
      while (replica.persistedUpTo() < 2 && !replica.hasFailed()) {
        changes.acquireUninterruptibly();
      }
      if (replica.hasFailed()) {
        throw new IllegalArgumentException(
            directory + ": the disk failed (expected: one that works)");
      }
      return "group %d: entry %d of term %d makes %s of %s%s"
          .formatted(
              group,
              index,
              term,
              members,
              before,
              restored.inDoubt()
                  ? "; this log is damaged and may lack entries, and cannot vote: use another"
                      + " node's"
                  : "");
    }
  }
}
