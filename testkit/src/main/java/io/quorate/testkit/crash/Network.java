package io.quorate.testkit.crash;

import io.quorate.core.tx.Phase;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.machine.Call;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The calls under way, and the participants behind them. Calls that are out can be answered in any
 * order; between two answers nothing else of a call can be noticed, so delivery, effect and reply
 * are one event unless something goes wrong. Not thread-safe.
 *
 * <p>A call whose reply nobody waits for any more only touches its own branch. That commutes with
 * all that touches other branches, so it is enough to let it arrive before each later call of its
 * own branch, and at the very end.
 */
final class Network<S> {
  private final Run<S> run;
  private final ParticipantRule rule;
  private final List<Sent<S>> out = new ArrayList<>();
  private final List<Sent<S>> late = new ArrayList<>();

  Network(Run<S> run, ParticipantRule rule) {
    this.run = run;
    this.rule = rule;
  }

  void send(Sent<S> sent) {
    out.add(sent);
  }

  /** How many calls wait to be delivered. */
  int out() {
    return out.size();
  }

  /** Delivers one of the calls that are out, or lets something happen to it. */
  void deliver(int index) {
    Sent<S> sent = out.remove(index);
    letLateOnesArrive(sent);
    Fault fault = strike(sent);
    if (fault != null) {
      run.note("net", fault.name(), sent.key(), sent::name);
    }
    switch (fault) {
      case null -> sent.from().reply(sent, receive(sent, false));
      case REFUSAL -> sent.from().reply(sent, receive(sent, true));
      case CALL_LOST -> sent.from().reply(sent, new Verdict.Unknown("connection lost"));
      case REPLY_LOST -> {
        receive(sent, false);
        sent.from().reply(sent, new Verdict.Unknown("connection lost"));
      }
      case CALL_LATE -> {
        late.add(sent);
        Verdict noAnswer = new Verdict.Unknown("no answer within " + sent.call().timeout());
        sent.from()
            .schedule(
                run.now().plus(sent.call().timeout()), () -> sent.from().reply(sent, noAnswer));
      }
      case DUPLICATE -> {
        Verdict verdict = receive(sent, false);
        late.add(sent);
        sent.from().reply(sent, verdict);
      }
      case ONGOING -> {
        late.add(sent);
        sent.from().reply(sent, new Verdict.Ongoing(Settings.POLL));
      }
      case SLOW -> {
        Verdict verdict = receive(sent, false);
        Instant after = sent.live().wakeAt();
        sent.from()
            .schedule(
                (after == null ? run.now() : after).plusNanos(1),
                () -> sent.from().reply(sent, verdict));
      }
      default -> throw new IllegalStateException("fault " + fault + " does not strike a call");
    }
  }

  private @Nullable Fault strike(Sent<S> sent) {
    run.offerNothing();
    if (sent.call().ref().phase() == Phase.TRY) {
      run.offer(Fault.REFUSAL);
    }
    run.offer(Fault.CALL_LOST);
    run.offer(Fault.REPLY_LOST);
    run.offer(Fault.CALL_LATE);
    run.offer(Fault.DUPLICATE);
    run.offer(Fault.ONGOING);
    Instant wakeAt = sent.live().wakeAt();
    if (wakeAt != null && wakeAt.isBefore(run.now().plus(sent.call().timeout()))) {
      run.offer(Fault.SLOW);
    }
    return run.struck();
  }

  private void letLateOnesArrive(Sent<S> next) {
    for (int i = 0; i < late.size(); i++) {
      Sent<S> waiting = late.get(i);
      if (waiting.call().ref().tx().equals(next.call().ref().tx())
          && waiting.call().ref().branch().equals(next.call().ref().branch())
          && run.free(2) == 1) {
        late.remove(i--);
        arriveLate(waiting);
      }
    }
  }

  private void arriveLate(Sent<S> sent) {
    run.note("net", "LATE", sent.key(), () -> sent.name() + " arrives; nobody waits for its reply");
    receive(sent, false);
  }

  /** Lets all calls arrive that are still under way, in the order they were sent. */
  void letAllArrive() {
    List<Sent<S>> rest = List.copyOf(late);
    late.clear();
    rest.forEach(this::arriveLate);
  }

  /** Nobody waits any more for the replies to these calls: each is lost, or arrives late. */
  void orphan(Live<S> live) {
    for (int i = 0; i < out.size(); i++) {
      Sent<S> sent = out.get(i);
      if (sent.live() == live) {
        out.remove(i--);
        if (run.free(2) == 1) {
          late.add(sent);
        }
      }
    }
  }

  private Verdict receive(Sent<S> sent, boolean refuses) {
    Call call = sent.call();
    Verdict verdict = rule.receive(call, () -> work(sent, refuses));
    run.note(
        call.ref().branch(),
        word(verdict),
        sent.key(),
        () ->
            "%s, attempt %d, epoch %d: %s"
                .formatted(
                    call.ref().phase(),
                    call.ref().attempt(),
                    call.ref().epoch().number(),
                    words(verdict)));
    run.monitor().answered(call, verdict);
    return verdict;
  }

  private Verdict work(Sent<S> sent, boolean refuses) {
    Call call = sent.call();
    if (refuses) {
      return new Verdict.No("refused");
    }
    Verdict verdict = run.settings().work().performing() ? perform(sent) : counted(call);
    if (verdict instanceof Verdict.Ok) {
      run.note(
          call.ref().branch(), "effect", sent.key(), () -> call.ref().phase() + " takes effect");
      run.monitor().effect(call);
    }
    return verdict;
  }

  private Verdict perform(Sent<S> sent) {
    try {
      return run.protocol().perform(sent.state(), sent.call());
    } catch (Throwable thrown) {
      return new Verdict.Unknown(thrown.toString());
    }
  }

  /** The answer of a participant without business; tells one branch's result from another's. */
  private static Verdict counted(Call call) {
    return new Verdict.Ok(call.ref().branch().getBytes(StandardCharsets.US_ASCII));
  }

  private static String word(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Ok ok -> "ok";
      case Verdict.No no -> "no";
      case Verdict.Conflict conflict -> "conflict";
      case Verdict.Unknown unknown -> "unknown";
      case Verdict.Ongoing ongoing -> "ongoing";
    };
  }

  static String words(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Ok(byte[] result) -> "Ok, " + result.length + " bytes";
      case Verdict.No(String reason) -> "No, " + reason;
      case Verdict.Conflict(String fact) -> "Conflict, " + fact;
      case Verdict.Unknown(String cause) -> "Unknown, " + cause;
      case Verdict.Ongoing ongoing -> "Ongoing";
    };
  }
}
