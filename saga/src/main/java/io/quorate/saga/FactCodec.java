package io.quorate.saga;

import io.quorate.core.tx.Phase;
import io.quorate.core.tx.machine.Resolution;
import io.quorate.core.tx.machine.UnreadableHistoryException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of facts: one byte format (1), two bytes count, then per fact one byte tag and its
 * fields in order. Numbers are big endian; texts and byte strings are a four byte length and the
 * bytes; instants are eight bytes of seconds and four of nanoseconds, preceded by one byte 0 or 1
 * where they may be absent. A reader refuses a format or tag it does not know.
 */
final class FactCodec {
  private static final byte FORMAT = 1;

  /** Causes and reasons are for people: what is longer is cut. */
  private static final int TEXT_MAX = 1_000;

  private FactCodec() {}

  static byte[] encode(byte[] prefix, List<SagaFact> facts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.write(prefix);
      out.writeByte(FORMAT);
      out.writeShort(facts.size());
      for (SagaFact fact : facts) {
        write(out, fact);
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory", impossible);
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, SagaFact fact) throws IOException {
    switch (fact) {
      case SagaFact.Began began -> {
        out.writeByte(1);
        writeBegan(out, began);
      }
      case SagaFact.Locked(String step) -> named(out, 2, step);
      case SagaFact.Tried(String step, Phase phase, int attempt, Instant at, String cause) -> {
        out.writeByte(3);
        attempts(out, step, phase, attempt);
        instant(out, at);
        text(out, cut(cause));
      }
      case SagaFact.Done(String step, byte[] result) -> {
        out.writeByte(4);
        text(out, step);
        bytes(out, result);
      }
      case SagaFact.Refused(String step, String reason) -> {
        out.writeByte(5);
        text(out, step);
        text(out, cut(reason));
      }
      case SagaFact.Decided(String why, List<String> doubtful) -> {
        out.writeByte(6);
        text(out, cut(why));
        texts(out, doubtful);
      }
      case SagaFact.Undone(String step) -> named(out, 7, step);
      case SagaFact.Parked(String step, Phase phase, int attempts, String why) -> {
        out.writeByte(8);
        attempts(out, step, phase, attempts);
        text(out, cut(why));
      }
      case SagaFact.Conflicted(String step, Phase phase, String what) -> {
        out.writeByte(9);
        at(out, step, phase);
        text(out, cut(what));
      }
      case SagaFact.Resolved(Resolution resolution, Instant at) -> {
        out.writeByte(10);
        writeResolution(out, resolution);
        instant(out, at);
      }
      case SagaFact.Migrated migrated -> {
        out.writeByte(11);
        writeMigrated(out, migrated);
      }
      case SagaFact.Ended(boolean done) -> {
        out.writeByte(12);
        out.writeBoolean(done);
      }
      case SagaFact.Resumed() -> out.writeByte(13);
    }
  }

  private static void named(DataOutputStream out, int tag, String step) throws IOException {
    out.writeByte(tag);
    text(out, step);
  }

  static List<SagaFact> decode(byte[] body, int offset) throws UnreadableHistoryException {
    try (DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(body, offset, body.length - offset))) {
      int format = in.readUnsignedByte();
      if (format != FORMAT) {
        throw new UnreadableHistoryException(
            "saga record format %d (expected: %d; written by a newer version?)"
                .formatted(format, FORMAT));
      }
      int count = in.readUnsignedShort();
      List<SagaFact> facts = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        facts.add(read(in));
      }
      if (in.available() > 0) {
        throw new UnreadableHistoryException(in.available() + " bytes behind the last fact");
      }
      return facts;
    } catch (IOException | IllegalArgumentException | DateTimeException broken) {
      throw new UnreadableHistoryException("saga record is cut or garbled: " + broken);
    }
  }

  private static SagaFact read(DataInputStream in) throws IOException, UnreadableHistoryException {
    int tag = in.readUnsignedByte();
    return switch (tag) {
      case 1 ->
          new SagaFact.Began(
              bytes(in), instant(in), optionalInstant(in), durability(in), outline(in));
      case 2 -> new SagaFact.Locked(text(in));
      case 3 -> new SagaFact.Tried(text(in), phase(in), in.readInt(), instant(in), text(in));
      case 4 -> new SagaFact.Done(text(in), bytes(in));
      case 5 -> new SagaFact.Refused(text(in), text(in));
      case 6 -> {
        String why = text(in);
        int count = in.readUnsignedShort();
        List<String> doubtful = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
          doubtful.add(text(in));
        }
        yield new SagaFact.Decided(why, doubtful);
      }
      case 7 -> new SagaFact.Undone(text(in));
      case 8 -> new SagaFact.Parked(text(in), phase(in), in.readInt(), text(in));
      case 9 -> new SagaFact.Conflicted(text(in), phase(in), text(in));
      case 10 -> new SagaFact.Resolved(resolution(in), instant(in));
      case 11 -> readMigrated(in);
      case 12 -> new SagaFact.Ended(in.readBoolean());
      case 13 -> new SagaFact.Resumed();
      default -> throw new UnreadableHistoryException("saga fact with tag " + tag + " is unknown");
    };
  }

  private static void writeBegan(DataOutputStream out, SagaFact.Began began) throws IOException {
    bytes(out, began.input());
    instant(out, began.startedAt());
    optionalInstant(out, began.deadline());
    out.writeByte(began.durability() == Durability.EVERY_STEP ? 0 : 1);
    outline(out, began.outline());
  }

  /** Two bytes count, then per step its name, kind, lock flag and what it waits for, by index. */
  private static void outline(DataOutputStream out, List<SagaFact.Outline> outline)
      throws IOException {
    List<String> names = outline.stream().map(SagaFact.Outline::step).toList();
    out.writeShort(outline.size());
    for (SagaFact.Outline step : outline) {
      text(out, step.step());
      out.writeByte(code(step.kind()));
      out.writeBoolean(step.locks());
      out.writeShort(step.after().size());
      for (int i = 0; i < names.size(); i++) {
        if (step.after().contains(names.get(i))) {
          out.writeShort(i);
        }
      }
    }
  }

  private static List<SagaFact.Outline> outline(DataInputStream in) throws IOException {
    int count = in.readUnsignedShort();
    List<SagaFact.Outline> outline = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String name = text(in);
      StepKind kind = constant(StepKind.values(), FactCodec::code, in);
      boolean locks = in.readBoolean();
      Set<String> after = new LinkedHashSet<>();
      for (int left = in.readUnsignedShort(); left > 0; left--) {
        int index = in.readUnsignedShort();
        if (index >= outline.size()) {
          throw new IOException("step " + i + " waits for step " + index);
        }
        after.add(outline.get(index).step());
      }
      outline.add(new SagaFact.Outline(name, kind, locks, after));
    }
    return outline;
  }

  private static int code(StepKind kind) {
    return switch (kind) {
      case COMPENSATABLE -> 1;
      case PIVOT -> 2;
      case RETRIABLE -> 3;
    };
  }

  private static void writeMigrated(DataOutputStream out, SagaFact.Migrated migrated)
      throws IOException {
    out.writeInt(migrated.from());
    out.writeInt(migrated.to());
    out.writeShort(migrated.names().size());
    for (var name : new TreeMap<>(migrated.names()).entrySet()) {
      text(out, name.getKey());
      text(out, name.getValue());
    }
    bytes(out, migrated.input());
    outline(out, migrated.outline());
  }

  private static SagaFact.Migrated readMigrated(DataInputStream in) throws IOException {
    int from = in.readInt();
    int to = in.readInt();
    int count = in.readUnsignedShort();
    Map<String, String> names = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      names.put(text(in), text(in));
    }
    return new SagaFact.Migrated(from, to, names, bytes(in), outline(in));
  }

  private static void attempts(DataOutputStream out, String step, Phase phase, int attempts)
      throws IOException {
    at(out, step, phase);
    out.writeInt(attempts);
  }

  private static void at(DataOutputStream out, String step, Phase phase) throws IOException {
    text(out, step);
    phase(out, phase);
  }

  private static void texts(DataOutputStream out, List<String> texts) throws IOException {
    out.writeShort(texts.size());
    for (String text : texts) {
      text(out, text);
    }
  }

  private static void writeResolution(DataOutputStream out, Resolution resolution)
      throws IOException {
    text(out, resolution.branch());
    out.writeByte(code(resolution.action()));
    text(out, resolution.by());
    text(out, resolution.why());
  }

  private static Resolution resolution(DataInputStream in) throws IOException {
    String branch = text(in);
    return new Resolution(
        branch, constant(Resolution.Action.values(), FactCodec::code, in), text(in), text(in));
  }

  private static void phase(DataOutputStream out, Phase phase) throws IOException {
    out.writeByte(code(phase));
  }

  private static Phase phase(DataInputStream in) throws IOException {
    return constant(Phase.values(), FactCodec::code, in);
  }

  private static Durability durability(DataInputStream in) throws IOException {
    return in.readUnsignedByte() == 0 ? Durability.EVERY_STEP : Durability.START_DURABLE;
  }

  private static int code(Phase phase) {
    return switch (phase) {
      case TRY -> 1;
      case CONFIRM -> 2;
      case CANCEL -> 3;
    };
  }

  private static int code(Resolution.Action action) {
    return switch (action) {
      case RETRY -> 1;
      case TAKE_AS_DONE -> 2;
      case TAKE_AS_UNDONE -> 3;
      case UNDO -> 4;
    };
  }

  private static <E> E constant(E[] values, ToIntFunction<E> code, DataInputStream in)
      throws IOException {
    int read = in.readUnsignedByte();
    for (E value : values) {
      if (code.applyAsInt(value) == read) {
        return value;
      }
    }
    throw new IOException("constant " + read);
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    bytes(out, text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(bytes(in), StandardCharsets.UTF_8);
  }

  private static void bytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] bytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IOException("length " + length + " of " + in.available() + " bytes left");
    }
    return in.readNBytes(length);
  }

  private static void instant(DataOutputStream out, Instant instant) throws IOException {
    out.writeLong(instant.getEpochSecond());
    out.writeInt(instant.getNano());
  }

  private static Instant instant(DataInputStream in) throws IOException {
    return Instant.ofEpochSecond(in.readLong(), in.readInt());
  }

  private static void optionalInstant(DataOutputStream out, @Nullable Instant instant)
      throws IOException {
    out.writeBoolean(instant != null);
    if (instant != null) {
      instant(out, instant);
    }
  }

  private static @Nullable Instant optionalInstant(DataInputStream in) throws IOException {
    return in.readBoolean() ? instant(in) : null;
  }

  private static String cut(String text) {
    return text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX) + "…";
  }
}
