package io.quorate.demo.service;

import io.grpc.stub.StreamObserver;
import io.quorate.core.tx.Refusal;
import io.quorate.demo.wire.Ack;
import io.quorate.demo.wire.HoldReply;
import io.quorate.demo.wire.HoldRequest;
import io.quorate.demo.wire.Line;
import io.quorate.demo.wire.StockGrpc;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** The warehouse: holds pieces for an order, gives them back, or picks them from the shelf. */
final class StockService extends StockGrpc.StockImplBase {
  private final Counter counter;

  StockService(Counter counter) {
    this.counter = counter;
  }

  @Override
  public void hold(HoldRequest request, StreamObserver<HoldReply> client) {
    counter.serve(client, HoldReply.parser(), sql -> hold(sql, request));
  }

  private static HoldReply hold(Connection sql, HoldRequest request) throws SQLException {
    int pieces = 0;
    for (Line line : request.getLinesList()) {
      boolean held =
          move(
              sql,
              request.getOrderId(),
              line,
              "hold",
              "update item set available = available - ?, held = held + ?"
                  + " where sku = ? and available >= ?",
              true);
      if (!held) {
        throw new Refusal("out of stock: " + line.getSku());
      }
      pieces += line.getQuantity();
    }
    return HoldReply.newBuilder().setPieces(pieces).build();
  }

  @Override
  public void release(HoldRequest request, StreamObserver<Ack> client) {
    moveAll(
        client,
        request,
        "release",
        "update item set available = available + ?, held = held - ? where sku = ?");
  }

  @Override
  public void pick(HoldRequest request, StreamObserver<Ack> client) {
    moveAll(
        client, request, "pick", "update item set sold = sold + ?, held = held - ? where sku = ?");
  }

  private void moveAll(
      StreamObserver<Ack> client, HoldRequest request, String kind, String update) {
    counter.serve(
        client,
        Ack.parser(),
        sql -> {
          for (Line line : request.getLinesList()) {
            move(sql, request.getOrderId(), line, kind, update, false);
          }
          return Ack.getDefaultInstance();
        });
  }

  /** Lines come sorted by item, so that two orders never wait for each other. */
  private static boolean move(
      Connection sql, String orderId, Line line, String kind, String update, boolean conditional)
      throws SQLException {
    try (PreparedStatement item = sql.prepareStatement(update);
        PreparedStatement movement =
            sql.prepareStatement(
                "insert into movement (order_id, sku, kind, quantity) values (?, ?, ?, ?)")) {
      item.setInt(1, line.getQuantity());
      item.setInt(2, line.getQuantity());
      item.setString(3, line.getSku());
      if (conditional) {
        item.setInt(4, line.getQuantity());
      }
      if (item.executeUpdate() == 0) {
        return false;
      }
      movement.setString(1, orderId);
      movement.setString(2, line.getSku());
      movement.setString(3, kind);
      movement.setInt(4, line.getQuantity());
      movement.executeUpdate();
      return true;
    }
  }
}
