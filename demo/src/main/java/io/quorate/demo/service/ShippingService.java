package io.quorate.demo.service;

import io.grpc.stub.StreamObserver;
import io.quorate.demo.wire.Line;
import io.quorate.demo.wire.ShipReply;
import io.quorate.demo.wire.ShipRequest;
import io.quorate.demo.wire.ShippingGrpc;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/** The carrier: takes parcels and never says no. */
final class ShippingService extends ShippingGrpc.ShippingImplBase {
  /** Longer than the coordinator waits: it calls again before the first call has done anything. */
  private static final Duration SLOW = Duration.ofMillis(2_300);

  private final Counter counter;

  ShippingService(Counter counter) {
    this.counter = counter;
  }

  @Override
  public void ship(ShipRequest request, StreamObserver<ShipReply> client) {
    if (request.getAddress().equals("mountains") && Counter.branch().attempt() == 1) {
      Counter.dawdle(SLOW);
    }
    counter.serve(client, ShipReply.parser(), sql -> ship(sql, request));
  }

  private static ShipReply ship(Connection sql, ShipRequest request) throws SQLException {
    ShipReply.Builder reply = ShipReply.newBuilder();
    try (PreparedStatement parcel =
        sql.prepareStatement(
            "insert into parcel (order_id, sku, quantity, address) values (?, ?, ?, ?)"
                + " returning id")) {
      for (Line line : request.getLinesList()) {
        parcel.setString(1, request.getOrderId());
        parcel.setString(2, line.getSku());
        parcel.setInt(3, line.getQuantity());
        parcel.setString(4, request.getAddress());
        try (ResultSet inserted = parcel.executeQuery()) {
          inserted.next();
          reply.setParcel(inserted.getLong(1));
        }
      }
    }
    return reply.build();
  }
}
