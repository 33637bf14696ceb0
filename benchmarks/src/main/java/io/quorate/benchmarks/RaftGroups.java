package io.quorate.benchmarks;

import io.quorate.benchmarks.run.Benchmark;
import io.quorate.benchmarks.run.Benchmark.Comparison;
import io.quorate.benchmarks.run.Schedule;
import io.quorate.benchmarks.run.SubjectSpec;
import io.quorate.benchmarks.subjects.QuorateRaft;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The benchmark {@code raft}. Who takes part on our side stands in {@link #OURS}: each is compared
 * with every peer.
 */
final class RaftGroups {
  private static final SubjectSpec JRAFT =
      SubjectSpec.peer("JRaft 1.4.1", "jraft", "io.quorate.benchmarks.peers.jraft.JRaftGroup");
  private static final SubjectSpec RATIS =
      SubjectSpec.peer("Ratis 3.3.0", "ratis", "io.quorate.benchmarks.peers.ratis.RatisGroup");
  private static final SubjectSpec MICRORAFT_SQLITE = microRaft("SQLite, no network", "SQLITE");
  private static final SubjectSpec MICRORAFT_NONE = microRaft("no disk, no network", "NONE");

  private static final List<SubjectSpec> PEERS =
      List.of(JRAFT, RATIS, MICRORAFT_SQLITE, MICRORAFT_NONE);

  private static final List<SubjectSpec> OURS =
      List.of(SubjectSpec.ours("Quorate raft", QuorateRaft.class, Map.of()));

  /** Between peers: what a third party would ask first. */
  private static final List<Comparison> AMONG_PEERS =
      List.of(
          new Comparison(RATIS.name(), JRAFT.name()),
          new Comparison(MICRORAFT_SQLITE.name(), JRAFT.name()));

  private static final List<String> NOT_EQUAL =
      List.of(
          "All three nodes of a group and the one who proposes share one process, its heap and its"
              + " garbage collector: CPU and allocation are those of all together, and three disks"
              + " are one. A node that fails alone, and a network that is slow, are not measured.",
          "Ours writes its log in its own format, forced, with checksums, and sends bytes over"
              + " gRPC; it takes a snapshot of the counter every 64 MiB of entries, as it does by"
              + " default.",
          "JRaft writes its log through RocksDB, each write synchronous. It checks no checksum of"
              + " log entries by default; RocksDB keeps its own for its blocks and its log.",
          "Ratis does not run with its defaults: a force follows when the queue is empty rather"
              + " than after every 128 entries, and a leader writes no entries about the commit"
              + " index. Its cache of replies for retries stays on; the others have none.",
          "MicroRaft has no network here: a message is an object that the receiver is handed. All"
              + " others write and read bytes and send them over loopback TCP.",
          "MicroRaft without a disk promises nothing after a crash: it shows what a protocol costs"
              + " without storage and transport.",
          "MicroRaft takes a snapshot of the counter every 50,000 commits, as it does by default;"
              + " JRaft and Ratis take none while they are measured, and keep their whole log.");

  static final Benchmark BENCHMARK =
      new Benchmark(
          "raft",
          "proposals to the leader of three Raft nodes, each committed and counted",
          "commits",
          Stream.concat(OURS.stream(), PEERS.stream()).toList(),
          comparisons(),
          Schedule.PROPOSALS_FULL,
          Schedule.PROPOSALS_QUICK,
          NOT_EQUAL);

  private RaftGroups() {}

  private static SubjectSpec microRaft(String variant, String store) {
    return SubjectSpec.peer(
        "MicroRaft 0.7, " + variant,
        "microraft",
        "io.quorate.benchmarks.peers.microraft.MicroRaftGroup",
        Map.of("store", store));
  }

  private static List<Comparison> comparisons() {
    List<Comparison> comparisons = new ArrayList<>();
    for (SubjectSpec ours : OURS) {
      PEERS.forEach(peer -> comparisons.add(new Comparison(ours.name(), peer.name())));
    }
    comparisons.addAll(AMONG_PEERS);
    return List.copyOf(comparisons);
  }
}
