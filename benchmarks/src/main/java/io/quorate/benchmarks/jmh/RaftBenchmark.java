package io.quorate.benchmarks.jmh;

import io.quorate.raft.codec.BatchCodec;
import io.quorate.raft.codec.MessageCodec;
import io.quorate.raft.core.Message;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.LogIndex;
import io.quorate.raft.log.Payload;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.membership.Membership;
import io.quorate.raft.quorum.JointQuorum;
import io.quorate.raft.quorum.NodeIds;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What Raft costs without disk and network, on one thread. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class RaftBenchmark {
  private static final int LARGE = 64;
  private static final int COMMAND_BYTES = 16;
  private static final int LOG_BATCHES = 10_000;

  /** Three cores that have a leader. */
  @State(Scope.Benchmark)
  public static class Trio {
    final CoreTrio cores = new CoreTrio();
    final ByteBuffer one = ByteBuffer.allocate(COMMAND_BYTES);
    final ByteBuffer many = ByteBuffer.allocate(LARGE * COMMAND_BYTES);
  }

  /** A quorum, and how far its voters are. */
  @State(Scope.Benchmark)
  public static class Quorum {
    @Param({"3", "5"})
    int voters;

    private JointQuorum quorum = JointQuorum.of(NodeIds.none());
    private long index;

    @Setup
    public void assemble() {
      quorum = JointQuorum.of(NodeIds.of(LongStream.rangeClosed(1, voters).toArray()));
    }

    long committed() {
      index++;
      return quorum.committed(node -> index + node % 3);
    }
  }

  /** A message as a leader under load sends it, and its bytes. */
  @State(Scope.Benchmark)
  public static class Wire {
    final EntryBatch batch =
        new EntryBatch(
            7, 1_000, new Payload.Commands(LARGE, ByteBuffer.allocate(LARGE * COMMAND_BYTES)));
    final Message message = new Message.Append(7, 999, 7, List.of(batch), 990, 1);
    final ByteBuffer target = ByteBuffer.allocate(8 << 10);
    final ByteBuffer encoded = encoded(message);

    private static ByteBuffer encoded(Message message) {
      ByteBuffer bytes = ByteBuffer.allocate(8 << 10);
      MessageCodec.encode(message, bytes);
      return bytes.flip();
    }
  }

  /** Commits of three cores, one command at a time. */
  @Benchmark
  public long commit1(Trio trio) {
    return trio.cores.agree(1, trio.one);
  }

  /** Commits of three cores, {@value #LARGE} commands at a time. */
  @Benchmark
  @OperationsPerInvocation(LARGE)
  public long commit64(Trio trio) {
    return trio.cores.agree(LARGE, trio.many);
  }

  /** What a quorum has, as it is asked for each acknowledgement. */
  @Benchmark
  public long quorumIndex(Quorum quorum) {
    return quorum.committed();
  }

  /** Batches taken into the index of a log, which is compacted at the end. */
  @Benchmark
  @OperationsPerInvocation(LOG_BATCHES)
  public long logAppend(Wire wire) {
    LogIndex log = new LogIndex(0, 0, SnapshotMark.beginning(Membership.of(1, 2, 3)));
    for (int i = 0; i < LOG_BATCHES; i++) {
      log.append(new EntryBatch(7, log.lastIndex() + 1, wire.batch.payload()));
    }
    return log.compactTo(log.lastIndex());
  }

  /** A message with a batch of {@value #LARGE} commands to bytes. */
  @Benchmark
  public ByteBuffer encodeAppend(Wire wire) {
    MessageCodec.encode(wire.message, wire.target.clear());
    return wire.target;
  }

  /** The same back. */
  @Benchmark
  public Message decodeAppend(Wire wire) {
    return MessageCodec.decode(wire.encoded.duplicate());
  }

  /** A batch to bytes, as the log takes it. */
  @Benchmark
  public ByteBuffer encodeBatch(Wire wire) {
    BatchCodec.encode(wire.batch, wire.target.clear());
    return wire.target;
  }
}
