package io.quorate.raft.codec;

import io.quorate.raft.core.Message;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.Payload;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.membership.Membership;
import io.quorate.raft.quorum.NodeIds;
import io.quorate.testkit.seed.SeededRandom;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Any message that a core may say, drawn at random. */
public final class RandomMessages {
  private static final int KINDS = 14;
  private static final int COMMAND_BYTES_MAX = 40;

  private RandomMessages() {}

  /** One of any kind. */
  public static Message any(SeededRandom random) {
    long term = number(random);
    return switch (random.below(KINDS)) {
      case 0 -> new Message.PreVote(term, number(random), number(random));
      case 1 -> new Message.PreVoteReply(term, random.chance(0.5));
      case 2 -> new Message.RequestVote(term, number(random), number(random), random.chance(0.5));
      case 3 -> new Message.VoteReply(term, random.chance(0.5));
      case 4 -> append(random);
      case 5 -> new Message.AppendAck(term, number(random), number(random), number(random));
      case 6 ->
          new Message.AppendReject(
              term, number(random), number(random), number(random), number(random));
      case 7 -> new Message.Heartbeat(term, number(random), (int) random.nextLong());
      case 8 -> new Message.HeartbeatAck(term, number(random), (int) random.nextLong());
      case 9 -> new Message.TermIsOver(term);
      case 10 -> install(random);
      case 11 -> new Message.TimeoutNow(term);
      case 12 -> new Message.ReadIndex(term, random.nextLong());
      default -> new Message.ReadIndexReply(term, random.nextLong(), number(random));
    };
  }

  /** Zero to four batches after any entry. */
  public static Message.Append append(SeededRandom random) {
    long previousIndex = number(random) >>> 1;
    long previousTerm = number(random) >>> 1;
    long index = previousIndex;
    long term = Math.max(1, previousTerm);
    List<EntryBatch> batches = new ArrayList<>();
    for (int i = random.below(5); i > 0; i--) {
      term += random.below(2);
      EntryBatch batch = new EntryBatch(term, index + 1, payload(random));
      batches.add(batch);
      index = batch.lastIndex();
    }
    return new Message.Append(
        term, previousIndex, previousTerm, batches, number(random), number(random));
  }

  /** A snapshot of any members. */
  public static Message.InstallSnapshot install(SeededRandom random) {
    SnapshotMark mark = new SnapshotMark(number(random) | 1, number(random) | 1, members(random));
    return new Message.InstallSnapshot(number(random), mark, number(random));
  }

  private static Payload payload(SeededRandom random) {
    return switch (random.below(4)) {
      case 0 -> new Payload.NewTerm();
      case 1 -> new Payload.Configuration(members(random));
      default -> commands(random);
    };
  }

  private static Payload.Commands commands(SeededRandom random) {
    int margin = random.below(4);
    int length = random.below(COMMAND_BYTES_MAX);
    ByteBuffer whole = ByteBuffer.wrap(random.bytes(margin + length + random.below(4)));
    ByteBuffer bytes = random.chance(0.2) ? direct(whole) : whole;
    bytes.position(margin).limit(margin + length);
    ByteBuffer given = random.chance(0.2) ? bytes.asReadOnlyBuffer() : bytes;
    return new Payload.Commands(random.between(1, 100), given);
  }

  private static ByteBuffer direct(ByteBuffer bytes) {
    return ByteBuffer.allocateDirect(bytes.remaining()).put(bytes).flip();
  }

  private static Membership members(SeededRandom random) {
    NodeIds voters = NodeIds.of(random.nextLong() | 1, random.nextLong() | 1, 2);
    return random.chance(0.5)
        ? Membership.of(voters, NodeIds.none())
        : new Membership(
            voters,
            NodeIds.of(2, 4, 6),
            NodeIds.of(8, 10),
            NodeIds.of(4),
            NodeIds.of(8),
            random.chance(0.5));
  }

  /** Small, large and extreme ones that are not negative. */
  private static long number(SeededRandom random) {
    return random.nextLong() >>> random.between(1, Long.SIZE - 1);
  }
}
