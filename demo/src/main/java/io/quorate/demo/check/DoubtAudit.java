package io.quorate.demo.check;

import io.quorate.demo.database.Databases;
import io.quorate.demo.database.Department;
import io.quorate.demo.load.Answer;
import io.quorate.demo.load.Answers;
import io.quorate.demo.wire.Placed;
import io.quorate.demo.wire.StandingReply;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Nothing is in doubt any more, for the coordinator, the barriers and the databases. */
final class DoubtAudit {
  /** As the barrier's schema names them: a try that stands, and one that is or stays undone. */
  private static final int TRIED = 1;

  private DoubtAudit() {}

  static List<Finding> of(Databases databases, Answers answers, StandingReply coordinator)
      throws SQLException {
    return List.of(barriers(databases, answers.all()), left(databases, coordinator));
  }

  /** Of a done order every branch stands as tried; of an undone one none does. */
  private static Finding barriers(Databases databases, Map<String, Answer> answers)
      throws SQLException {
    List<String> wrong = new ArrayList<>();
    long[] rows = {0};
    for (Department department : Department.values()) {
      try (Connection database = databases.connect(department)) {
        Sql.each(
            database,
            "select tx, branch, state from tx_barrier order by 1, 2",
            row -> {
              rows[0]++;
              Answer answer = answers.get(row.getString(1));
              boolean done = answer != null && answer.result() == Placed.Result.DONE;
              if (done != (row.getInt(3) == TRIED)) {
                wrong.add(row.getString(1) + " " + row.getString(2));
              }
            });
      }
    }
    return new Finding(
        "the barriers agree with the outcomes",
        "%,d branches, %,d disagree%s".formatted(rows[0], wrong.size(), Examples.of(wrong)),
        wrong.isEmpty());
  }

  private static Finding left(Databases databases, StandingReply coordinator) throws SQLException {
    long prepared = 0;
    for (Department department : Department.values()) {
      try (Connection database = databases.connect(department)) {
        prepared +=
            Sql.number(
                database,
                "select count(*) from pg_prepared_xacts where database = current_database()");
      }
    }
    return new Finding(
        "nothing is left in doubt",
        "%,d sagas unfinished, %,d parked, %,d transactions prepared"
            .formatted(coordinator.getUnfinished(), coordinator.getParked(), prepared),
        coordinator.getUnfinished() == 0 && coordinator.getParked() == 0 && prepared == 0);
  }
}
