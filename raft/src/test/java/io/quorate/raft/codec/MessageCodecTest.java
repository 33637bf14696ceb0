package io.quorate.raft.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.management.ThreadMXBean;
import io.quorate.raft.core.Message;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.Payload;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.membership.Membership;
import io.quorate.testkit.seed.SeededRandom;
import io.quorate.testkit.seed.Seeds;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageCodecTest {

  private static ByteBuffer encoded(Message message) {
    ByteBuffer bytes = ByteBuffer.allocate(MessageCodec.encodedBytes(message));
    MessageCodec.encode(message, bytes);
    assertThat(bytes.hasRemaining()).isFalse();
    return bytes.flip();
  }

  private static String hex(Message message) {
    return HexFormat.of().formatHex(encoded(message).array());
  }

  private static Message decoded(String hex) {
    return MessageCodec.decode(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
  }

  private static Message.Append append(EntryBatch... batches) {
    return new Message.Append(3, 6, 2, List.of(batches), 5, 1);
  }

  private static EntryBatch commands(long term, long index, byte[] bytes) {
    return new EntryBatch(term, index, new Payload.Commands(1, ByteBuffer.wrap(bytes)));
  }

  @Test
  void every_message_comes_back_as_it_was() {
    Seeds.check(
        5_000,
        random -> {
          Message message = RandomMessages.any(random);
          ByteBuffer bytes = encoded(message);
          assertThat(MessageCodec.decode(bytes)).isEqualTo(message);
          assertThat(bytes.hasRemaining()).isFalse();
        });
  }

  @Test
  void gathered_parts_are_the_same_bytes() {
    Seeds.check(
        2_000,
        random -> {
          Message message = RandomMessages.any(random);
          ByteBuffer small = ByteBuffer.allocate(MessageCodec.smallBytes(message));
          ByteBuffer gathered = ByteBuffer.allocate(MessageCodec.encodedBytes(message));
          int[] taken = {0};
          MessageCodec.encode(
              message,
              small,
              part -> {
                gathered.put(small.array(), taken[0], small.position() - taken[0]).put(part);
                taken[0] = small.position();
              });
          gathered.put(small.array(), taken[0], small.position() - taken[0]);
          assertThat(small.hasRemaining()).isFalse();
          assertThat(gathered.array()).isEqualTo(encoded(message).array());
        });
  }

  @Test
  void the_format_does_not_change_unnoticed() {
    assertThat(hex(new Message.PreVote(1, 2, 3)))
        .isEqualTo("01010000" + "0000000000000001" + "0000000000000002" + "0000000000000003");
    assertThat(hex(new Message.RequestVote(1, 2, 3, true))).startsWith("01030100");
    assertThat(hex(new Message.HeartbeatAck(1, 2, -1)))
        .isEqualTo("01090000" + "0000000000000001" + "0000000000000002" + "ffffffff");
    assertThat(hex(append(commands(3, 7, new byte[] {(byte) 0xAB}))))
        .isEqualTo(
            "01050000"
                + "0000000000000003"
                + "0000000000000006"
                + "0000000000000002"
                + "0000000000000005"
                + "0000000000000001"
                + "00000001"
                + "01010000"
                + "00000001"
                + "0000000000000003"
                + "0000000000000007"
                + "00000001"
                + "ab");
    assertThat(hex(new Message.InstallSnapshot(4, new SnapshotMark(9, 3, Membership.of(1, 2)), 6)))
        .startsWith(
            "010b0000"
                + "0000000000000004"
                + "0000000000000009"
                + "0000000000000003"
                + "0000000000000006"
                + "000002");
  }

  @Test
  void commands_are_neither_copied_out_nor_in() {
    byte[] command = {1, 2, 3};
    List<ByteBuffer> parts = new ArrayList<>();
    Message message = append(commands(3, 7, command));
    MessageCodec.encode(message, ByteBuffer.allocate(MessageCodec.smallBytes(message)), parts::add);
    assertThat(parts).singleElement().satisfies(p -> assertThat(p.array()).isSameAs(command));
    ByteBuffer bytes = encoded(message);
    Message.Append back = (Message.Append) MessageCodec.decode(bytes);
    Payload.Commands commands = (Payload.Commands) back.batches().getFirst().payload();
    assertThat(commands.bytes().array()).isSameAs(bytes.array());
  }

  @Test
  void damaged_bytes_are_refused_or_are_another_message() {
    Seeds.check(
        5_000,
        random -> {
          byte[] bytes = encoded(RandomMessages.any(random)).array();
          for (int flips = random.between(1, 3); flips > 0; flips--) {
            bytes[random.below(bytes.length)] ^= (byte) (1 << random.below(8));
          }
          refusedOrCanonical(bytes);
        });
  }

  @Test
  void short_and_long_bytes_are_refused() {
    Seeds.check(
        500,
        random -> {
          byte[] bytes = encoded(RandomMessages.any(random)).array();
          for (int length = 0; length < bytes.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(bytes, 0, length);
            assertThatExceptionOfType(CodecException.class)
                .isThrownBy(() -> MessageCodec.decode(cut));
            assertThat(cut.position()).isZero();
          }
          ByteBuffer more = ByteBuffer.allocate(bytes.length + 1).put(bytes).rewind();
          assertThatExceptionOfType(CodecException.class)
              .isThrownBy(() -> MessageCodec.decode(more));
        });
  }

  @Test
  void noise_is_refused_or_is_a_message() {
    Seeds.check(
        5_000,
        random -> {
          byte[] noise = random.bytes(random.below(200));
          if (noise.length > 4) {
            noise[0] = 1;
            noise[1] = (byte) random.between(0, 15);
            noise[2] = 0;
            noise[3] = 0;
          }
          refusedOrCanonical(noise);
        });
  }

  private static void refusedOrCanonical(byte[] bytes) {
    Message message;
    try {
      message = MessageCodec.decode(ByteBuffer.wrap(bytes));
    } catch (CodecException refused) {
      assertThat(refused).hasMessageContaining("expected: ");
      return;
    }
    assertThat(encoded(message).array()).isEqualTo(bytes);
  }

  @Test
  void what_does_not_follow_the_format_is_refused_by_name() {
    String term = "0000000000000001";
    refused("version", "02010000" + term + term + term);
    refused("kind", "01000000" + term);
    refused("kind", "010f0000" + term);
    refused("flag", "01010100" + term + term + term);
    refused("flag", "01020200" + term);
    refused("zero", "01020001" + term);
    refused("term", "01020000" + "ffffffffffffffff");
    refused("lastIndex", "01010000" + term + "ffffffffffffffff" + term);
    refused("batches", "01050000" + term + term + term + term + term + "7fffffff");
    refused("batches", "01050000" + term + term + term + term + term + "80000000");
    refused("mark.term", "010b0000" + term + term + "0000000000000000" + term);
    refused("message", "01020000" + term + "00");
  }

  private static void refused(String field, String hex) {
    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> decoded(hex))
        .returns(field, CodecException::field);
  }

  @Test
  void batches_are_consecutive_and_their_terms_do_not_fall_or_pass_the_message() {
    byte[] none = {};
    for (Message.Append wrong :
        List.of(
            append(commands(3, 8, none)),
            append(commands(1, 7, none)),
            append(commands(4, 7, none)),
            append(commands(3, 7, none), commands(2, 8, none)),
            append(commands(3, 7, none), commands(3, 7, none)))) {
      assertThatExceptionOfType(CodecException.class)
          .isThrownBy(() -> MessageCodec.decode(encoded(wrong)));
    }
    Message right = append(commands(2, 7, none), commands(3, 8, none));
    assertThat(MessageCodec.decode(encoded(right))).isEqualTo(right);
  }

  @Test
  void hostile_counts_allocate_next_to_nothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    SeededRandom random = new SeededRandom(1);
    List<byte[]> hostile = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      byte[] bytes = encoded(RandomMessages.append(random)).array();
      // Any four bytes may be a count or a length: make each as large as can be.
      int at = 12 + random.below(bytes.length - 15);
      ByteBuffer.wrap(bytes).putInt(at, Integer.MAX_VALUE - random.below(3));
      hostile.add(bytes);
    }
    hostile.forEach(MessageCodecTest::decodedOrNot);
    long before = threads.getCurrentThreadAllocatedBytes();
    hostile.forEach(MessageCodecTest::decodedOrNot);
    long each = (threads.getCurrentThreadAllocatedBytes() - before) / hostile.size();
    assertThat(each).as("bytes allocated for a hostile message").isLessThan(64 << 10);
  }

  private static void decodedOrNot(byte[] bytes) {
    try {
      assertThat(MessageCodec.decode(ByteBuffer.wrap(bytes))).isNotNull();
    } catch (CodecException refused) {
      assertThat(refused.field()).isNotEmpty();
    }
  }
}
