package io.quorate.raft.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.quorate.raft.codec.CodecException;
import io.quorate.raft.codec.RandomMessages;
import io.quorate.raft.core.Message;
import io.quorate.testkit.seed.SeededRandom;
import io.quorate.testkit.seed.Seeds;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class FrameTest {
  private record Sent(int group, Message message) {}

  private static List<Sent> messages(SeededRandom random) {
    List<Sent> messages = new ArrayList<>();
    for (int i = random.between(1, 30); i > 0; i--) {
      messages.add(new Sent(random.below(65_536), RandomMessages.any(random)));
    }
    return messages;
  }

  private static byte[] written(FrameWriter writer, List<Sent> messages) throws IOException {
    writer.clear();
    int bytes = Integer.BYTES;
    for (Sent each : messages) {
      int size = FrameWriter.bytesOf(each.message);
      writer.add(each.group, each.message, size);
      bytes += size;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(writer.seal().available()).isEqualTo(bytes);
    assertThat(writer.drainTo(out)).isEqualTo(bytes);
    assertThat(out.size()).isEqualTo(bytes);
    return out.toByteArray();
  }

  private static List<Sent> read(byte[] bytes) {
    FrameReader reader = new FrameReader(ByteBuffer.wrap(bytes));
    List<Sent> messages = new ArrayList<>();
    while (reader.hasNext()) {
      Message message = reader.next();
      messages.add(new Sent(reader.group(), message));
    }
    return messages;
  }

  @Test
  void many_messages_of_many_groups_come_back_from_a_writer_that_is_used_again() {
    FrameWriter writer = new FrameWriter();
    Seeds.check(
        500,
        random -> {
          List<Sent> messages = messages(random);
          assertThat(read(written(writer, messages))).isEqualTo(messages);
        });
  }

  @Test
  void damage_anywhere_is_noticed() {
    Seeds.check(
        500,
        random -> {
          byte[] bytes = written(new FrameWriter(), messages(random));
          bytes[random.below(bytes.length)] ^= (byte) (1 << random.below(8));
          assertThatExceptionOfType(CodecException.class)
              .isThrownBy(() -> read(bytes))
              .returns("checksum", CodecException::field);
        });
  }

  @Test
  void what_does_not_follow_the_format_is_refused_though_its_checksum_holds() {
    Seeds.check(
        2_000,
        random -> {
          byte[] bytes = written(new FrameWriter(), messages(random));
          int length = random.between(Integer.BYTES, bytes.length);
          bytes[random.below(bytes.length)] ^= (byte) (1 << random.below(8));
          CRC32C crc = new CRC32C();
          crc.update(bytes, Integer.BYTES, length - Integer.BYTES);
          ByteBuffer.wrap(bytes).putInt(0, (int) crc.getValue());
          try {
            read(Arrays.copyOf(bytes, length));
          } catch (CodecException refused) {
            assertThat(refused.field()).isNotEmpty();
          }
        });
  }

  @Test
  void a_frame_of_nothing_or_less_is_refused() {
    for (int length = 0; length < Integer.BYTES; length++) {
      byte[] few = new byte[length];
      assertThatExceptionOfType(CodecException.class).isThrownBy(() -> read(few));
    }
    assertThat(read(new byte[Integer.BYTES])).as("CRC-32C of nothing is 0").isEmpty();
  }
}
