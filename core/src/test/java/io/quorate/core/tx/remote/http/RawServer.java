package io.quorate.core.tx.remote.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server of sockets that answers each request with bytes of the test's choice, for what no decent
 * HTTP server would do.
 */
final class RawServer implements AutoCloseable {

  /** What to do with a connection once a request has been read in full. */
  @FunctionalInterface
  interface Answer {
    void to(Socket socket, OutputStream out) throws IOException;
  }

  private final ServerSocket listener;
  private final Answer answer;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  RawServer(Answer answer) throws IOException {
    this.answer = answer;
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /** Answers with this text and closes the connection. */
  static RawServer saying(String text) throws IOException {
    return new RawServer((socket, out) -> out.write(text.getBytes(ISO_8859_1)));
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** The requests read so far: head and body. */
  List<String> requests() {
    return requests;
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        sockets.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      requests.add(request(socket.getInputStream()));
      answer.to(socket, socket.getOutputStream());
      socket.getOutputStream().flush();
    } catch (IOException gone) {
      // The client has hung up, which some tests want.
    }
  }

  private static String request(InputStream in) throws IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    int bodyAt = -1;
    int length = 0;
    while (bodyAt < 0 || read.size() < bodyAt + length) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("the request ends early");
      }
      read.write(b);
      String head = bodyAt < 0 ? read.toString(ISO_8859_1) : "";
      if (head.endsWith("\r\n\r\n")) {
        bodyAt = read.size();
        length =
            head.lines()
                .filter(
                    line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElse(0);
      }
    }
    return read.toString(ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
