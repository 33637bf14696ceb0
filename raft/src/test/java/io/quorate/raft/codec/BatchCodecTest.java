package io.quorate.raft.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.Payload;
import io.quorate.raft.membership.Membership;
import io.quorate.raft.quorum.NodeIds;
import io.quorate.testkit.seed.SeededRandom;
import io.quorate.testkit.seed.Seeds;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchCodecTest {

  private static final Membership JOINT =
      new Membership(
          NodeIds.of(2, 3, -7),
          NodeIds.of(1, 2),
          NodeIds.of(4, 5),
          NodeIds.of(1),
          NodeIds.of(5),
          true);

  private static EntryBatch any(SeededRandom random) {
    Payload payload =
        switch (random.below(3)) {
          case 0 ->
              new Payload.Commands(
                  random.between(1, 1 << 20), ByteBuffer.wrap(random.bytes(random.below(300))));
          case 1 -> new Payload.NewTerm();
          default -> new Payload.Configuration(random.chance(0.5) ? JOINT : Membership.of(1, 2, 3));
        };
    return new EntryBatch(1 + (random.nextLong() >>> 2), 1 + (random.nextLong() >>> 2), payload);
  }

  private static ByteBuffer encoded(EntryBatch batch) {
    ByteBuffer bytes = ByteBuffer.allocate(BatchCodec.encodedBytes(batch));
    BatchCodec.encode(batch, bytes);
    assertThat(bytes.hasRemaining()).isFalse();
    return bytes.flip();
  }

  @Test
  void any_batch_comes_back_as_it_was_and_leaves_what_follows() {
    Seeds.check(
        500,
        random -> {
          EntryBatch batch = any(random);
          ByteBuffer bytes = ByteBuffer.allocate(BatchCodec.encodedBytes(batch) + 8);
          bytes.put(0, new byte[] {9, 9, 9});
          bytes.position(3);
          BatchCodec.encode(batch, bytes);
          int end = bytes.position();
          bytes.flip().position(3);
          assertThat(BatchCodec.decode(bytes)).isEqualTo(batch);
          assertThat(bytes.position()).isEqualTo(end);
        });
  }

  @Test
  void the_format_of_version_1_stays_as_it_is() {
    EntryBatch commands =
        new EntryBatch(5, 7, new Payload.Commands(2, ByteBuffer.wrap(new byte[] {1, 2, 3})));
    assertThat(HexFormat.of().formatHex(encoded(commands).array()))
        .isEqualTo(
            "0101"
                + "0000"
                + "00000002"
                + "0000000000000005"
                + "0000000000000007"
                + "00000003"
                + "010203");
    EntryBatch members = new EntryBatch(1, 2, new Payload.Configuration(JOINT));
    assertThat(HexFormat.of().formatHex(encoded(members).array()).substring(56))
        .isEqualTo(
            "01"
                + "0003"
                + "fffffffffffffff9"
                + "0000000000000002"
                + "0000000000000003"
                + "0002"
                + "0000000000000001"
                + "0000000000000002"
                + "0002"
                + "0000000000000004"
                + "0000000000000005"
                + "0001"
                + "0000000000000001"
                + "0001"
                + "0000000000000005");
  }

  @Test
  void header_and_payload_gathered_are_the_encoding_and_share_the_commands_bytes() {
    byte[] own = {1, 2, 3, 4, 5};
    ByteBuffer slice = ByteBuffer.wrap(own, 1, 3);
    EntryBatch batch = new EntryBatch(5, 7, new Payload.Commands(2, slice));
    ByteBuffer header = ByteBuffer.allocate(BatchCodec.HEADER_BYTES);
    BatchCodec.header(batch, header);
    ByteBuffer payload = BatchCodec.payload(batch);
    ByteBuffer gathered = ByteBuffer.allocate(100).put(header.flip()).put(payload.duplicate());
    assertThat(gathered.flip()).isEqualTo(encoded(batch));
    own[2] = 77;
    assertThat(payload.get(1)).isEqualTo((byte) 77);
    assertThat(slice.position()).isEqualTo(1);
  }

  @Test
  void decoding_copies_no_commands() {
    ByteBuffer bytes =
        encoded(new EntryBatch(5, 7, new Payload.Commands(1, ByteBuffer.wrap(new byte[100]))));
    EntryBatch batch = BatchCodec.decodeWhole(bytes);
    bytes.array()[BatchCodec.HEADER_BYTES + 5] = 42;
    assertThat(((Payload.Commands) batch.payload()).bytes().get(5)).isEqualTo((byte) 42);
  }

  @Test
  void every_prefix_is_refused_and_moves_nothing() {
    Seeds.check(
        50,
        random -> {
          ByteBuffer whole = encoded(any(random));
          for (int length = 0; length < whole.limit(); length++) {
            ByteBuffer part = whole.slice(0, length);
            CodecException refusal =
                catchThrowableOfType(CodecException.class, () -> BatchCodec.decode(part));
            assertThat(refusal).as("prefix of %d", length).isNotNull();
            assertThat(part.position()).isZero();
          }
        });
  }

  @Test
  void what_is_accepted_has_this_encoding_and_no_other() {
    Seeds.check(
        300,
        random -> {
          ByteBuffer bytes = encoded(any(random));
          int at = random.below(Math.min(bytes.limit(), 64));
          bytes.put(at, (byte) (bytes.get(at) ^ 1 << random.below(8)));
          ByteBuffer asWas = bytes.duplicate();
          try {
            EntryBatch other = BatchCodec.decode(bytes);
            assertThat(encoded(other)).isEqualTo(asWas.slice(0, bytes.position()));
          } catch (CodecException refused) {
            assertThat(refused.getMessage()).contains(refused.field()).contains("expected");
          }
        });
  }

  @Test
  void a_length_that_is_not_there_is_refused_by_name_without_allocating_for_it() {
    ByteBuffer bytes = encoded(new EntryBatch(5, 7, new Payload.NewTerm()));
    bytes.put(1, (byte) 1).putInt(24, Integer.MAX_VALUE);
    CodecException refusal =
        catchThrowableOfType(CodecException.class, () -> BatchCodec.decode(bytes));
    assertThat(refusal.field()).isEqualTo("length");
    bytes.put(0, (byte) 2);
    refusal = catchThrowableOfType(CodecException.class, () -> BatchCodec.decode(bytes));
    assertThat(refusal).hasMessage("version: 2 (expected: 1)");
  }

  @Test
  void a_membership_that_breaks_a_rule_is_refused() {
    ByteBuffer bytes = ByteBuffer.allocate(100);
    bytes.put((byte) 0).putShort((short) 1).putLong(4).putShort((short) 0);
    bytes.putShort((short) 1).putLong(4).putShort((short) 0).putShort((short) 0).flip();
    CodecException refusal =
        catchThrowableOfType(CodecException.class, () -> MembershipCodec.decode(bytes));
    assertThat(refusal.field()).isEqualTo("membership");
    ByteBuffer unordered = ByteBuffer.allocate(100);
    unordered.put((byte) 0).putShort((short) 2).putLong(4).putLong(4).putLong(0).flip();
    refusal = catchThrowableOfType(CodecException.class, () -> MembershipCodec.decode(unordered));
    assertThat(refusal.field()).isEqualTo("voters");
  }

  @Test
  void commands_packed_are_the_commands_unpacked() {
    Seeds.check(
        200,
        random -> {
          List<byte[]> commands = new ArrayList<>();
          for (int i = random.between(1, 20); i > 0; i--) {
            commands.add(random.bytes(random.below(50)));
          }
          List<ByteBuffer> back = new ArrayList<>();
          CommandList.unpack(CommandList.packArrays(commands)).forEach(back::add);
          assertThat(back).isEqualTo(commands.stream().map(ByteBuffer::wrap).toList());
        });
  }

  @Test
  void commands_of_another_number_or_length_are_refused() {
    Payload.Commands packed = CommandList.packArrays(List.of(new byte[3], new byte[4]));
    for (int count : new int[] {1, 3}) {
      Payload.Commands wrong = new Payload.Commands(count, packed.bytes());
      assertThat(
              catchThrowableOfType(
                  CodecException.class, () -> CommandList.unpack(wrong).forEach(each -> {})))
          .isNotNull();
    }
    ByteBuffer longer = ByteBuffer.allocate(15).put(packed.bytes().duplicate()).flip();
    longer.putInt(7, 5);
    assertThat(
            catchThrowableOfType(
                CodecException.class,
                () -> CommandList.unpack(new Payload.Commands(2, longer)).forEach(each -> {})))
        .hasMessageContaining("length: 5");
  }
}
