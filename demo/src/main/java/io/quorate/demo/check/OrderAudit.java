package io.quorate.demo.check;

import io.quorate.demo.load.Answer;
import io.quorate.demo.load.Answers;
import io.quorate.demo.wire.Placed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Every order is done or undone, wholly, once, and as its client was told. */
final class OrderAudit {
  private final Effects effects;
  private final Map<String, Answer> answers;

  private OrderAudit(Effects effects, Map<String, Answer> answers) {
    this.effects = effects;
    this.answers = answers;
  }

  static List<Finding> of(Effects effects, Answers answers, int placed) {
    OrderAudit audit = new OrderAudit(effects, answers.all());
    return List.of(
        audit.ended(placed),
        audit.once(),
        audit.done(),
        audit.undone(),
        audit.nobodys(),
        sameAnswer(answers));
  }

  private Finding ended(int placed) {
    List<String> open =
        answers.values().stream()
            .filter(
                answer ->
                    answer.result() != Placed.Result.DONE
                        && answer.result() != Placed.Result.UNDONE)
            .map(answer -> answer.order().getId() + " " + answer.result())
            .sorted()
            .toList();
    return new Finding(
        "every order ended",
        "%,d placed, %,d told an outcome, %,d of them neither done nor undone%s"
            .formatted(placed, answers.size(), open.size(), Examples.of(open)),
        answers.size() == placed && open.isEmpty());
  }

  private Finding once() {
    List<String> twice = new ArrayList<>();
    long deeds = 0;
    for (var order : effects.byOrder().entrySet()) {
      for (var effect : order.getValue().entrySet()) {
        deeds++;
        if (effect.getValue().times() > 1) {
          twice.add(
              "%s %s %d times"
                  .formatted(order.getKey(), effect.getKey(), effect.getValue().times()));
        }
      }
    }
    return new Finding(
        "nothing was done twice",
        "%,d deeds, %,d done more than once%s".formatted(deeds, twice.size(), Examples.of(twice)),
        twice.isEmpty());
  }

  private Finding done() {
    List<Answer> done = told(Placed.Result.DONE);
    List<String> wrong =
        done.stream()
            .filter(
                answer ->
                    !effects.of(answer.order().getId()).equals(Effects.ofDone(answer.order())))
            .map(answer -> answer.order().getId())
            .sorted()
            .toList();
    return new Finding(
        "done is paid, picked and shipped, once and exactly",
        "%,d told done, %,d are not%s".formatted(done.size(), wrong.size(), Examples.of(wrong)),
        wrong.isEmpty());
  }

  private Finding undone() {
    List<Answer> undone = told(Placed.Result.UNDONE);
    List<String> wrong =
        undone.stream()
            .map(answer -> answer.order().getId())
            .filter(order -> !Effects.leftOver(effects.of(order)).isEmpty())
            .sorted()
            .toList();
    return new Finding(
        "undone leaves nothing behind",
        "%,d told undone, %,d have left something%s"
            .formatted(undone.size(), wrong.size(), Examples.of(wrong)),
        wrong.isEmpty());
  }

  private List<Answer> told(Placed.Result result) {
    return answers.values().stream().filter(answer -> answer.result() == result).toList();
  }

  private Finding nobodys() {
    List<String> strange =
        effects.byOrder().keySet().stream().filter(order -> !answers.containsKey(order)).toList();
    return new Finding(
        "nothing was done for an order nobody was told of",
        "%,d orders with effects, %,d unknown to the clients%s"
            .formatted(effects.byOrder().size(), strange.size(), Examples.of(strange)),
        strange.isEmpty());
  }

  private static Finding sameAnswer(Answers answers) {
    return new Finding(
        "an order placed again gets the same answer",
        "%,d placed again, %,d answers differ%s"
            .formatted(
                answers.repeated(),
                answers.contradicted().size(),
                Examples.of(answers.contradicted())),
        answers.contradicted().isEmpty());
  }
}
