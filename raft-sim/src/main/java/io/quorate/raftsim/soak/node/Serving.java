package io.quorate.raftsim.soak.node;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quorate.raft.RaftException;
import io.quorate.raft.RaftNode;
import io.quorate.raft.core.RoleChange;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Serves a node to clients: one line, one answer, a virtual thread for each connection.
 *
 * <pre>
 *   put KEY VALUE | cas KEY EXPECTED VALUE | get KEY
 *     done VERSION VALUE WRITTEN     it was done
 *     refused WHY                    it was certainly not done, and never will be
 *     unknown WHY                    nobody knows
 *   state
 *     state ROLE TERM LEADER INDEX DIGEST SNAPSHOTS RESTORED
 * </pre>
 */
final class Serving {
  private static final int PATIENCE_SECONDS = 30;

  private final RaftNode node;
  private final KeyMachine machine;
  private final Consumer<Throwable> stopped;

  /**
   * What answers for a node.
   *
   * @param stopped told when the node has stopped of itself
   */
  Serving(RaftNode node, KeyMachine machine, Consumer<Throwable> stopped) {
    this.node = node;
    this.machine = machine;
    this.stopped = stopped;
  }

  /** Takes connections until the socket is closed. */
  void accept(ServerSocket socket) throws IOException {
    for (; ; ) {
      Socket client = socket.accept();
      Thread.ofVirtual().start(() -> serve(client));
    }
  }

  private void serve(Socket client) {
    try (client) {
      client.setTcpNoDelay(true);
      BufferedReader in =
          new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII));
      OutputStream out = client.getOutputStream();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        out.write((answer(line) + "\n").getBytes(US_ASCII));
      }
    } catch (IOException e) {
      // The client is gone; what it asked for has the outcome it has.
    }
  }

  private String answer(String line) {
    if (line.equals("state")) {
      RoleChange role = node.role();
      KeyMachine.Applied applied = machine.applied();
      return "state %s %d %d %d %x %d %d"
          .formatted(
              role.role(),
              role.term(),
              role.leader(),
              applied.index(),
              applied.digest(),
              machine.taken(),
              machine.restored());
    }
    CompletableFuture<String> result =
        line.startsWith("get ")
            ? node.read(() -> machine.read(Integer.parseInt(line.substring(4))))
            : node.propose(line.getBytes(US_ASCII)).thenApply(bytes -> new String(bytes, US_ASCII));
    try {
      return "done " + result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      return "unknown no answer yet";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "unknown interrupted";
    } catch (ExecutionException e) {
      return failed(e.getCause() == null ? e : e.getCause());
    }
  }

  private String failed(Throwable why) {
    String words = String.valueOf(why.getMessage()).replaceAll("[^ -~]", "?");
    return switch (why) {
      case RaftException.Refused refused -> "refused " + words;
      case RaftException.Superseded superseded -> "refused " + words;
      case RaftException.Stopped stop -> {
        stopped.accept(stop);
        yield "unknown " + words;
      }
      default -> "unknown " + words;
    };
  }
}
