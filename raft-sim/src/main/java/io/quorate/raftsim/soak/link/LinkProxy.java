package io.quorate.raftsim.soak.link;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One directed link: whoever connects to its port talks to the target, as far as its {@link
 * LinkState} lets it. Both directions of a connection suffer alike.
 *
 * <p>Safe for use by many threads. Its own are virtual, three for each connection.
 */
public final class LinkProxy implements AutoCloseable {
  private static final int PIECE_BYTES = 16 << 10;
  private static final int CONNECT_MILLIS = 2_000;

  private final ServerSocket listener;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  /** Guarded by the lock. */
  private LinkState state = LinkState.OPEN;

  /** Guarded by the lock. */
  private int target;

  /**
   * Listens on a free port of the loopback address; without a target it refuses.
   *
   * @throws IOException there is no port
   */
  public LinkProxy() throws IOException {
    listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /** Where it listens. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Where new connections go from now on: a port of the loopback address, 0 for nowhere. */
  public void target(int port) {
    lock.lock();
    try {
      target = port;
    } finally {
      lock.unlock();
    }
  }

  /** What it does from now on. */
  public void set(LinkState now) {
    lock.lock();
    try {
      state = now;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (now instanceof LinkState.Cut) {
      sockets.forEach(LinkProxy::close);
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket from = listener.accept();
        sockets.add(from);
        Thread.ofVirtual().start(() -> join(from));
      } catch (IOException e) {
        // Closed, which ends the loop; or one connection less, which is what this is for.
      }
    }
  }

  private void join(Socket from) {
    Socket to = new Socket();
    sockets.add(to);
    try (from;
        to) {
      int port = port(from);
      if (port == 0) {
        return;
      }
      to.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
      from.setTcpNoDelay(true);
      to.setTcpNoDelay(true);
      Thread back = Thread.ofVirtual().start(() -> pump(to, from));
      pump(from, to);
      back.join();
    } catch (IOException e) {
      // The target is not there: whoever connected sees its connection end.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  /** Where a new connection goes; 0 if it may go nowhere. */
  private int port(Socket from) {
    lock.lock();
    try {
      return from.isClosed() || state instanceof LinkState.Cut ? 0 : target;
    } finally {
      lock.unlock();
    }
  }

  /** Forwards one direction; when that ends, so does the other. */
  private void pump(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] piece = new byte[PIECE_BYTES];
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        if (!mayPass(from)) {
          return;
        }
        out.write(piece, 0, read);
      }
    } catch (IOException e) {
      // One end is gone; the other is closed on the way out.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits as the state of the link says; false if the connection is cut meanwhile. */
  private boolean mayPass(Socket from) throws InterruptedException {
    lock.lock();
    try {
      long waitedNanos = 0;
      while (!from.isClosed()) {
        switch (state) {
          case LinkState.Open open -> {
            return true;
          }
          case LinkState.Cut cut -> {
            return false;
          }
          case LinkState.Stalled stalled -> changed.await();
          case LinkState.Late late -> {
            long left = late.by().toNanos() - waitedNanos;
            if (left <= 0) {
              return true;
            }
            waitedNanos += left - changed.awaitNanos(left);
          }
        }
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone all the same.
    }
  }

  /** Breaks all connections and listens no more. */
  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      // Nobody can connect all the same.
    }
    set(LinkState.CUT);
  }
}
