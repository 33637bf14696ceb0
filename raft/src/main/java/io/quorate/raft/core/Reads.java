package io.quorate.raft.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Linearizable reads without a log entry (ReadIndex, thesis §6.4): a leader notes its commit index,
 * makes sure by a round of heartbeats sent afterwards that it still leads, and then lets read
 * whoever has applied that much. All reads of a turn share a round. A follower asks its leader; all
 * its reads of a turn share a question, which is asked again when no answer comes.
 *
 * <p>A read is answered only if the term is the one it was confirmed in, and only once something of
 * that term is committed, without which the leader's commit index may be behind.
 */
final class Reads {
  /** Who wants to know: this node for its own reads, or another one. */
  private record Asker(long node, long number) {}

  private record Round(long number, long index, List<Asker> askers) {}

  private record Question(long number, long sentAt, List<Long> reads) {}

  /** More questions than a start asks. */
  private static final int START_SHIFT = 40;

  private final CoreState state;
  private final List<Asker> waiting = new ArrayList<>();
  private final Deque<Round> rounds = new ArrayDeque<>();
  private final Deque<Question> questions = new ArrayDeque<>();

  /**
   * Questions of different starts have different numbers: an answer to an earlier one is too old.
   */
  private long lastQuestion;

  private int own;

  Reads(CoreState state) {
    this.state = state;
    lastQuestion = (state.boot - 1) << START_SHIFT;
  }

  void read(long read) {
    if (own >= state.config.readsMax()) {
      state.out.readRefused(read, Refusal.TOO_MANY_READS);
    } else {
      own++;
      waiting.add(new Asker(state.self, read));
    }
  }

  /** A follower asks. */
  void asked(long from, long request) {
    if (waiting.size() < 2L * state.config.readsMax()) {
      waiting.add(new Asker(from, request));
    }
  }

  /** Whether a leader has reads for which a round is to be sent. */
  boolean needsRound() {
    return !waiting.isEmpty();
  }

  /** Whether reads wait for a round to be answered. */
  boolean hasRounds() {
    return !rounds.isEmpty();
  }

  /** A round of heartbeats goes out, and all reads that wait go with it. */
  void begin(long round) {
    rounds.add(new Round(round, state.commitIndex, List.copyOf(waiting)));
    waiting.clear();
  }

  /** All reads that wait are answered: this node leads, for sure. */
  void answerAll() {
    for (Asker asker : waiting) {
      answer(asker, state.commitIndex);
    }
    waiting.clear();
  }

  /** A quorum has answered all rounds up to this one. */
  void confirmed(long round) {
    while (!rounds.isEmpty() && rounds.peek().number <= round) {
      Round done = rounds.remove();
      for (Asker asker : done.askers) {
        answer(asker, done.index);
      }
    }
  }

  private void answer(Asker asker, long index) {
    if (asker.node == state.self) {
      own--;
      state.out.readReady(asker.number, index);
    } else {
      state.send(asker.node, new Message.ReadIndexReply(state.term, asker.number, index));
    }
  }

  /** The term or the role has changed: own reads start over, others will ask whoever leads now. */
  void startOver() {
    List<Asker> again = new ArrayList<>();
    for (Round round : rounds) {
      again.addAll(round.askers);
    }
    for (Question question : questions) {
      question.reads.forEach(read -> again.add(new Asker(state.self, read)));
    }
    again.addAll(waiting);
    rounds.clear();
    questions.clear();
    waiting.clear();
    again.stream().filter(asker -> asker.node == state.self).forEach(waiting::add);
  }

  /** A follower asks its leader. */
  void ask() {
    long patience = state.config.heartbeatInterval().toNanos();
    while (!questions.isEmpty() && state.now - questions.peek().sentAt >= patience) {
      questions.remove().reads.forEach(read -> waiting.add(new Asker(state.self, read)));
    }
    if (waiting.isEmpty() || state.leader == 0) {
      return;
    }
    List<Long> reads = waiting.stream().map(Asker::number).toList();
    waiting.clear();
    questions.add(new Question(++lastQuestion, state.now, reads));
    state.send(state.leader, new Message.ReadIndex(state.term, lastQuestion));
  }

  void onReply(Message.ReadIndexReply reply) {
    for (Question question : questions) {
      if (question.number == reply.request()) {
        questions.remove(question);
        own -= question.reads.size();
        question.reads.forEach(read -> state.out.readReady(read, reply.index()));
        return;
      }
    }
  }

  /** Refuses all reads of this node: it is out. */
  void refuseAll(Refusal why) {
    startOver();
    waiting.forEach(asker -> state.out.readRefused(asker.number, why));
    waiting.clear();
    own = 0;
  }
}
