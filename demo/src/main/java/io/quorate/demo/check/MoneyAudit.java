package io.quorate.demo.check;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;

/** No cent is made, lost or left hanging. */
final class MoneyAudit {
  /** What is set aside and neither given back nor handed to the shop. */
  private static final String AUTHORIZED =
      """
      select coalesce(sum(case kind when 'authorize' then cents else -cents end), 0) from entry\
      """;

  private MoneyAudit() {}

  static List<Finding> of(Connection payment) throws SQLException {
    return List.of(conserved(payment), accounts(payment), tills(payment), nothingHeld(payment));
  }

  private static Finding conserved(Connection payment) throws SQLException {
    long opening = Sql.number(payment, "select sum(opening) from account");
    long balances = Sql.number(payment, "select sum(balance) from account");
    long tills = Sql.number(payment, "select sum(cents) from till");
    long authorized = Sql.number(payment, AUTHORIZED);
    return new Finding(
        "money is conserved",
        "%s opened = %s in accounts + %s in tills + %s authorized"
            .formatted(money(opening), money(balances), money(tills), money(authorized)),
        opening == balances + tills + authorized);
  }

  private static Finding accounts(Connection payment) throws SQLException {
    List<String> wrong =
        Sql.texts(
            payment,
            """
            select a.customer::text from account a left join entry e on e.customer = a.customer
            group by a.customer, a.opening, a.balance
            having a.balance < 0 or a.opening - a.balance <> coalesce(sum(
              case e.kind when 'authorize' then e.cents when 'void' then -e.cents end), 0)
            order by a.customer\
            """);
    long accounts = Sql.number(payment, "select count(*) from account");
    return new Finding(
        "every account agrees with its entries",
        "%,d accounts, %,d differ%s".formatted(accounts, wrong.size(), Examples.of(wrong)),
        wrong.isEmpty());
  }

  private static Finding tills(Connection payment) throws SQLException {
    long tills = Sql.number(payment, "select sum(cents) from till");
    long captured = Sql.number(payment, "select sum(cents) from entry where kind = 'capture'");
    return new Finding(
        "the tills hold what was captured",
        "%s in tills, %s captured".formatted(money(tills), money(captured)),
        tills == captured);
  }

  private static Finding nothingHeld(Connection payment) throws SQLException {
    List<String> held =
        Sql.texts(
            payment,
            """
            select order_id from entry group by order_id
            having sum(case kind when 'authorize' then cents else -cents end) <> 0
            order by order_id\
            """);
    return new Finding(
        "no money is left authorized",
        "%,d orders%s".formatted(held.size(), Examples.of(held)),
        held.isEmpty());
  }

  private static String money(long cents) {
    return String.format(
        Locale.ROOT,
        "%s%,d.%02d",
        cents < 0 ? "-" : "",
        Math.abs(cents / 100),
        Math.abs(cents % 100));
  }
}
