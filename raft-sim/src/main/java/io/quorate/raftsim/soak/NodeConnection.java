package io.quorate.raftsim.soak;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** A client's connection to a node. For one thread. */
final class NodeConnection implements AutoCloseable {
  private final Socket socket = new Socket();
  private final BufferedReader in;

  /**
   * Connects.
   *
   * @throws IOException nobody listens there, in time
   */
  NodeConnection(int port, Duration timeout) throws IOException {
    int millis = (int) timeout.toMillis();
    boolean connected = false;
    try {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), millis);
      socket.setSoTimeout(millis);
      socket.setTcpNoDelay(true);
      in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
      connected = true;
    } finally {
      if (!connected) {
        socket.close();
      }
    }
  }

  /**
   * Asks, and waits for the answer.
   *
   * @return its words
   * @throws IOException no answer came in time; what was asked may be done all the same
   */
  String[] ask(String line) throws IOException {
    socket.getOutputStream().write((line + "\n").getBytes(US_ASCII));
    String answer = in.readLine();
    if (answer == null) {
      throw new EOFException("no answer to: " + line);
    }
    return answer.split(" ");
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone all the same.
    }
  }
}
