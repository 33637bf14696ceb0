package io.quorate.demo.check;

import io.quorate.demo.load.OrderMix;
import io.quorate.demo.wire.Line;
import io.quorate.demo.wire.Order;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/** All that was ever done for each order, over the three databases. */
final class Effects {
  private final Map<String, Map<String, Effect>> byOrder = new TreeMap<>();

  private Effects() {}

  static Effects read(Books books) throws SQLException {
    Effects effects = new Effects();
    effects.read(
        books.payment(), "select order_id, kind, count(*), sum(cents) from entry group by 1, 2");
    effects.read(
        books.stock(),
        "select order_id, kind || ' ' || sku, count(*), sum(quantity) from movement group by 1, 2");
    effects.read(
        books.shipping(),
        "select order_id, 'ship ' || sku, count(*), sum(quantity) from parcel group by 1, 2");
    return effects;
  }

  private void read(Connection database, String query) throws SQLException {
    Sql.each(
        database,
        query,
        row ->
            byOrder
                .computeIfAbsent(row.getString(1), order -> new TreeMap<>())
                .put(row.getString(2), new Effect(row.getLong(3), row.getLong(4))));
  }

  Map<String, Map<String, Effect>> byOrder() {
    return byOrder;
  }

  Map<String, Effect> of(String order) {
    return byOrder.getOrDefault(order, Map.of());
  }

  /** What an order that is done has left, and nothing else. */
  static Map<String, Effect> ofDone(Order order) {
    Map<String, Effect> done = new TreeMap<>();
    done.put("authorize", Effect.once(OrderMix.cents(order)));
    done.put("capture", Effect.once(OrderMix.cents(order)));
    for (Line line : order.getLinesList()) {
      Effect pieces = Effect.once(line.getQuantity());
      done.put("hold " + line.getSku(), pieces);
      done.put("pick " + line.getSku(), pieces);
      done.put("ship " + line.getSku(), pieces);
    }
    return done;
  }

  /** What of an order that is undone is left once each deed is taken with its undoing. */
  static Map<String, Effect> leftOver(Map<String, Effect> effects) {
    Map<String, Effect> left = new TreeMap<>(effects);
    cancelOut(left, "authorize", "void");
    for (String what : effects.keySet()) {
      if (what.startsWith("hold ")) {
        cancelOut(left, what, "release " + what.substring("hold ".length()));
      }
    }
    return left;
  }

  private static void cancelOut(Map<String, Effect> left, String deed, String undoing) {
    Effect done = left.get(deed);
    if (done != null && done.times() == 1 && done.equals(left.get(undoing))) {
      left.remove(deed);
      left.remove(undoing);
    }
  }
}
