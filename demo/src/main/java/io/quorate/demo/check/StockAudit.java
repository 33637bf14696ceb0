package io.quorate.demo.check;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** No piece is made, lost or left hanging. */
final class StockAudit {
  private StockAudit() {}

  static List<Finding> of(Books books) throws SQLException {
    return List.of(
        conserved(books.stock()),
        shipped(books.stock(), books.shipping()),
        nothingHeld(books.stock()));
  }

  private static Finding conserved(Connection stock) throws SQLException {
    List<String> wrong =
        Sql.texts(
            stock,
            """
            select i.sku from item i left join movement m on m.sku = i.sku
            group by i.sku, i.initial, i.available, i.held, i.sold
            having i.available < 0
              or i.initial <> i.available + i.held + i.sold
              or i.sold <> coalesce(sum(case m.kind when 'pick' then m.quantity end), 0)
              or i.held <> coalesce(sum(
                case m.kind when 'hold' then m.quantity else -m.quantity end), 0)
            order by i.sku\
            """);
    long items = Sql.number(stock, "select count(*) from item");
    return new Finding(
        "stock is consistent",
        "%,d items: initial = available + held + sold, %,d differ%s"
            .formatted(items, wrong.size(), Examples.of(wrong)),
        wrong.isEmpty());
  }

  private static Finding shipped(Connection stock, Connection shipping) throws SQLException {
    Map<String, Long> sold = new TreeMap<>();
    Sql.each(
        stock,
        "select sku, sold from item where sold <> 0",
        row -> sold.put(row.getString(1), row.getLong(2)));
    Map<String, Long> parcels = new TreeMap<>();
    Sql.each(
        shipping,
        "select sku, sum(quantity) from parcel group by sku",
        row -> parcels.put(row.getString(1), row.getLong(2)));
    List<String> wrong = new ArrayList<>();
    Map<String, Long> either = new TreeMap<>(sold);
    either.putAll(parcels);
    for (String sku : either.keySet()) {
      if (!sold.getOrDefault(sku, 0L).equals(parcels.getOrDefault(sku, 0L))) {
        wrong.add(sku);
      }
    }
    return new Finding(
        "what left the shelf was shipped",
        "%,d pieces sold, %,d shipped%s".formatted(sum(sold), sum(parcels), Examples.of(wrong)),
        wrong.isEmpty());
  }

  private static long sum(Map<String, Long> pieces) {
    return pieces.values().stream().mapToLong(Long::longValue).sum();
  }

  private static Finding nothingHeld(Connection stock) throws SQLException {
    List<String> held =
        Sql.texts(
            stock,
            """
            select order_id from movement group by order_id, sku
            having sum(case kind when 'hold' then quantity else -quantity end) <> 0
            order by order_id\
            """);
    long pieces = Sql.number(stock, "select sum(abs(held)) from item");
    return new Finding(
        "no piece is left on hold",
        "%,d pieces, %,d orders%s".formatted(pieces, held.size(), Examples.of(held)),
        held.isEmpty() && pieces == 0);
  }
}
