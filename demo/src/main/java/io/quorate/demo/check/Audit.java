package io.quorate.demo.check;

import io.quorate.demo.database.Databases;
import io.quorate.demo.load.Answers;
import io.quorate.demo.wire.StandingReply;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Holds the databases against what was promised. */
public final class Audit {
  private Audit() {}

  /**
   * All promises; none is left out because another is broken.
   *
   * @param databases the three databases, at rest
   * @param answers what the clients were told
   * @param placed how many orders they have placed
   * @param coordinator what the coordinator says is left
   * @throws SQLException when a database cannot be asked; nothing is known then
   */
  public static List<Finding> of(
      Databases databases, Answers answers, int placed, StandingReply coordinator)
      throws SQLException {
    List<Finding> findings = new ArrayList<>();
    try (Books books = Books.open(databases)) {
      findings.addAll(MoneyAudit.of(books.payment()));
      findings.addAll(StockAudit.of(books));
      findings.addAll(OrderAudit.of(Effects.read(books), answers, placed));
      findings.addAll(DoubtAudit.of(books, answers, coordinator));
    }
    return findings;
  }
}
