package io.quorate.raft.session;

import static java.util.Objects.requireNonNull;

import io.quorate.raft.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Wraps a state machine so that a session's command takes effect once, however often it was
 * proposed and by whichever node (thesis §6.3). The answers that clients may still ask for are part
 * of the replicated state, and of its snapshots.
 *
 * <p><b>Limits.</b> At most {@code sessionsMax} sessions; a further one takes the place of the one
 * that has been silent for the most commands, which is told {@link SessionExpiredException} when it
 * speaks again. A session keeps at most {@link #ANSWERS_MAX} answers: its client must know one
 * before it sends that many more. Memory: {@code sessionsMax * ANSWERS_MAX} answers at most.
 *
 * <p>All nodes of a group must use the same limits. Threads are those of {@link StateMachine}.
 */
public final class SessionMachine implements StateMachine {
  /** How many answers a session keeps. */
  public static final int ANSWERS_MAX = 128;

  private static final int FORMAT = 1;

  private static final class Session {
    /** By number; only of those above {@code known}. */
    final TreeMap<Long, byte[]> answers = new TreeMap<>();

    long known;

    Session copy() {
      Session copy = new Session();
      copy.answers.putAll(answers);
      copy.known = known;
      return copy;
    }
  }

  private final StateMachine inner;
  private final int sessionsMax;

  /** The one that was silent longest first. */
  private final LinkedHashMap<Long, Session> sessions = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * A machine without sessions.
   *
   * @param inner what the commands are for
   * @param sessionsMax how many sessions there may be, 1 or more
   */
  public SessionMachine(StateMachine inner, int sessionsMax) {
    this.inner = requireNonNull(inner, "inner");
    this.sessionsMax = sessionsMax;
    if (sessionsMax < 1) {
      throw new IllegalArgumentException("sessionsMax: " + sessionsMax + " (expected: >= 1)");
    }
  }

  /** A command that belongs to no session: it is applied as often as it is proposed. */
  public static byte[] plain(byte[] command) {
    return SessionCommand.encode(new SessionCommand.Plain(ByteBuffer.wrap(command)));
  }

  /**
   * What the inner machine returned for a {@link #plain} command.
   *
   * @throws IllegalArgumentException it is no answer to one
   */
  public static byte[] plainResult(byte[] reply) {
    if (SessionReply.of(reply) != SessionReply.APPLIED) {
      throw new IllegalArgumentException(
          "reply: %s (expected: APPLIED)".formatted(SessionReply.of(reply)));
    }
    return java.util.Arrays.copyOfRange(reply, 1, reply.length);
  }

  @Override
  public byte[] apply(long index, ByteBuffer command) {
    SessionCommand decoded = SessionCommand.decode(command);
    return switch (decoded) {
      case null -> SessionReply.SENSELESS.alone();
      case SessionCommand.Plain plain ->
          SessionReply.APPLIED.with(inner.apply(index, plain.command()));
      case SessionCommand.Open open -> open(index);
      case SessionCommand.Call call -> call(index, call);
      case SessionCommand.Close close -> {
        sessions.remove(close.session());
        yield SessionReply.APPLIED.alone();
      }
    };
  }

  private byte[] open(long index) {
    if (sessions.size() >= sessionsMax) {
      sessions.remove(sessions.keySet().iterator().next());
    }
    sessions.put(index, new Session());
    return SessionReply.opened(index);
  }

  private byte[] call(long index, SessionCommand.Call call) {
    Session session = sessions.get(call.session());
    if (session == null) {
      return SessionReply.NO_SESSION.alone();
    }
    byte[] known = session.answers.get(call.number());
    if (known != null) {
      return SessionReply.APPLIED.with(known);
    }
    if (call.number() <= session.known) {
      return SessionReply.FORGOTTEN.alone();
    }
    if (call.known() > session.known) {
      session.known = call.known();
      session.answers.headMap(call.known(), true).clear();
    }
    if (call.number() <= session.known) {
      return SessionReply.SENSELESS.alone();
    }
    if (session.answers.size() >= ANSWERS_MAX) {
      return SessionReply.WINDOW_FULL.alone();
    }
    byte[] result = inner.apply(index, call.command());
    session.answers.put(call.number(), result);
    return SessionReply.APPLIED.with(result);
  }

  /** How many sessions there are. */
  public int sessions() {
    return sessions.size();
  }

  @Override
  public View snapshot() {
    Map<Long, Session> copy = new LinkedHashMap<>();
    sessions.forEach((id, session) -> copy.put(id, session.copy()));
    View innerView = inner.snapshot();
    return new View() {
      @Override
      public void writeTo(OutputStream out) throws IOException {
        DataOutputStream data = new DataOutputStream(out);
        write(copy, data);
        data.flush();
        innerView.writeTo(out);
      }

      @Override
      public void close() {
        innerView.close();
      }
    };
  }

  private static void write(Map<Long, Session> sessions, DataOutputStream out) throws IOException {
    out.writeInt(FORMAT);
    out.writeInt(sessions.size());
    for (Map.Entry<Long, Session> each : sessions.entrySet()) {
      out.writeLong(each.getKey());
      out.writeLong(each.getValue().known);
      out.writeInt(each.getValue().answers.size());
      for (Map.Entry<Long, byte[]> answer : each.getValue().answers.entrySet()) {
        out.writeLong(answer.getKey());
        out.writeInt(answer.getValue().length);
        out.write(answer.getValue());
      }
    }
  }

  @Override
  public void restore(InputStream in) throws IOException {
    DataInputStream data = new DataInputStream(in);
    int format = data.readInt();
    if (format != FORMAT) {
      throw new IOException("format: %d (expected: %d)".formatted(format, FORMAT));
    }
    int count = count("sessions", data.readInt(), sessionsMax);
    List<Map.Entry<Long, Session>> read = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long id = data.readLong();
      Session session = new Session();
      session.known = data.readLong();
      int answers = count("answers", data.readInt(), ANSWERS_MAX);
      for (int k = 0; k < answers; k++) {
        long number = data.readLong();
        int length = count("length", data.readInt(), Integer.MAX_VALUE);
        byte[] answer = data.readNBytes(length);
        if (answer.length < length) {
          throw new IOException("answer: %d bytes (expected: %d)".formatted(answer.length, length));
        }
        session.answers.put(number, answer);
      }
      read.add(Map.entry(id, session));
    }
    inner.restore(in);
    sessions.clear();
    read.forEach(each -> sessions.put(each.getKey(), each.getValue()));
  }

  private static int count(String field, int value, int max) throws IOException {
    if (value < 0 || value > max) {
      throw new IOException("%s: %d (expected: 0..%d)".formatted(field, value, max));
    }
    return value;
  }
}
