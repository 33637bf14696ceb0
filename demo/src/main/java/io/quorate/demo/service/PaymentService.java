package io.quorate.demo.service;

import io.grpc.stub.StreamObserver;
import io.quorate.core.tx.Refusal;
import io.quorate.demo.load.Opening;
import io.quorate.demo.wire.Ack;
import io.quorate.demo.wire.AuthorizeReply;
import io.quorate.demo.wire.PaymentGrpc;
import io.quorate.demo.wire.PaymentRequest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/** The bank: sets money aside, gives it back, or hands it to the shop. */
final class PaymentService extends PaymentGrpc.PaymentImplBase {
  /** Longer than the coordinator waits: the money has moved, and nobody is told. */
  private static final Duration LATE = Duration.ofMillis(2_500);

  private final Counter counter;

  PaymentService(Counter counter) {
    this.counter = counter;
  }

  @Override
  public void authorize(PaymentRequest request, StreamObserver<AuthorizeReply> client) {
    counter.serve(client, AuthorizeReply.parser(), sql -> authorize(sql, request));
  }

  private static AuthorizeReply authorize(Connection sql, PaymentRequest request)
      throws SQLException {
    if (request.getCard().equals("declined")) {
      throw new Refusal("card declined");
    }
    try (PreparedStatement account =
        sql.prepareStatement(
            "update account set balance = balance - ? where customer = ? and balance >= ?"
                + " returning balance")) {
      account.setLong(1, request.getCents());
      account.setInt(2, request.getCustomer());
      account.setLong(3, request.getCents());
      try (ResultSet updated = account.executeQuery()) {
        if (!updated.next()) {
          throw new Refusal("insufficient funds");
        }
        enter(sql, request, "authorize");
        return AuthorizeReply.newBuilder().setBalanceCents(updated.getLong(1)).build();
      }
    }
  }

  @Override
  public void cancel(PaymentRequest request, StreamObserver<Ack> client) {
    counter.serve(
        client,
        Ack.parser(),
        sql ->
            transfer(
                sql,
                request,
                "void",
                "update account set balance = balance + ? where customer = ?",
                request.getCustomer()));
  }

  @Override
  public void capture(PaymentRequest request, StreamObserver<Ack> client) {
    boolean first = Counter.branch().attempt() == 1;
    counter.serve(
        client,
        Ack.parser(),
        sql ->
            transfer(
                sql,
                request,
                "capture",
                "update till set cents = cents + ? where number = ?",
                request.getCustomer() % Opening.TILLS),
        first && request.getCard().equals("slow") ? LATE : Duration.ZERO);
  }

  private static Ack transfer(
      Connection sql, PaymentRequest request, String kind, String update, int to)
      throws SQLException {
    try (PreparedStatement receiver = sql.prepareStatement(update)) {
      receiver.setLong(1, request.getCents());
      receiver.setInt(2, to);
      receiver.executeUpdate();
    }
    enter(sql, request, kind);
    return Ack.getDefaultInstance();
  }

  private static void enter(Connection sql, PaymentRequest request, String kind)
      throws SQLException {
    try (PreparedStatement entry =
        sql.prepareStatement(
            "insert into entry (order_id, customer, kind, cents) values (?, ?, ?, ?)")) {
      entry.setString(1, request.getOrderId());
      entry.setInt(2, request.getCustomer());
      entry.setString(3, kind);
      entry.setLong(4, request.getCents());
      entry.executeUpdate();
    }
  }
}
