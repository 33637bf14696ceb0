package io.quorate.demo.check;

import io.quorate.demo.database.Department;
import io.quorate.demo.load.Answer;
import io.quorate.demo.load.Answers;
import io.quorate.demo.wire.Placed;
import io.quorate.demo.wire.StandingReply;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Nothing is in doubt any more, for the coordinator, the barriers and the databases. */
final class DoubtAudit {
  /** The state of a barrier's row, as its schema names it: tried, and not undone since. */
  private static final int TRIED = 1;

  /** The steps of the saga. */
  private static final List<String> BRANCHES =
      List.of("hold-stock", "authorize-payment", "capture-payment", "pick-stock", "ship");

  private DoubtAudit() {}

  static List<Finding> of(Books books, Answers answers, StandingReply coordinator)
      throws SQLException {
    return List.of(barriers(books, answers.all()), left(books, coordinator));
  }

  /** Of a done order every branch stands as tried; of an undone one none does. */
  private static Finding barriers(Books books, Map<String, Answer> answers) throws SQLException {
    Set<String> expected = new TreeSet<>();
    for (Answer answer : answers.values()) {
      if (answer.result() == Placed.Result.DONE) {
        BRANCHES.forEach(branch -> expected.add(answer.order().getId() + ' ' + branch));
      }
    }
    Set<String> standing = new TreeSet<>();
    long rows = 0;
    for (Department department : Department.values()) {
      Connection database = books.of(department);
      rows += Sql.number(database, "select count(*) from tx_barrier");
      standing.addAll(
          Sql.texts(database, "select tx || ' ' || branch from tx_barrier where state = " + TRIED));
    }
    Set<String> wrong = new TreeSet<>(standing);
    wrong.removeAll(expected);
    expected.removeAll(standing);
    wrong.addAll(expected);
    return new Finding(
        "the barriers agree with the outcomes",
        "%,d branches known, %,d stand, %,d disagree%s"
            .formatted(rows, standing.size(), wrong.size(), Examples.of(wrong)),
        wrong.isEmpty());
  }

  private static Finding left(Books books, StandingReply coordinator) throws SQLException {
    long prepared = 0;
    for (Department department : Department.values()) {
      prepared +=
          Sql.number(
              books.of(department),
              "select count(*) from pg_prepared_xacts where database = current_database()");
    }
    return new Finding(
        "nothing is left in doubt",
        "%,d sagas unfinished, %,d parked, %,d transactions prepared"
            .formatted(coordinator.getUnfinished(), coordinator.getParked(), prepared),
        coordinator.getUnfinished() == 0 && coordinator.getParked() == 0 && prepared == 0);
  }
}
