package io.quorate.raftsim.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.core.time.Ticker;
import io.quorate.testkit.linearizability.Operation;
import io.quorate.testkit.linearizability.Operation.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** One client before a node that always answers the same. */
final class LoadTest {
  private static final int ANSWERS = 5;

  private final Findings findings = new Findings(what -> {});
  private final Accounts accounts = new Accounts(findings);

  /** What a client writes down of a node that answers so; an empty answer closes. */
  private List<Operation> told(String answer) throws Exception {
    CountDownLatch enough = new CountDownLatch(ANSWERS);
    try (ServerSocket node = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      Load load =
          new Load(
              SoakConfig.of(1, Path.of("unused")).clients(1),
              any -> node.getLocalPort(),
              Ticker.system(),
              accounts,
              findings);
      Thread serves = Thread.ofVirtual().start(() -> serve(node, answer, enough));
      load.begin();
      enough.await();
      load.end();
      node.close();
      serves.join();
      return load.history().operations();
    }
  }

  private static void serve(ServerSocket node, String answer, CountDownLatch enough) {
    while (!node.isClosed()) {
      try (Socket client = node.accept()) {
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          enough.countDown();
          if (answer.isEmpty()) {
            break;
          }
          client.getOutputStream().write((answer + "\n").getBytes(StandardCharsets.US_ASCII));
        }
      } catch (IOException e) {
        // One client less, or the end.
      }
    }
  }

  @Test
  void what_is_refused_is_written_down_as_not_done() throws Exception {
    assertThat(told("refused because"))
        .hasSizeGreaterThanOrEqualTo(ANSWERS)
        .allMatch(each -> each.outcome() == Outcome.FAILED);
    assertThat(findings.all()).isEmpty();
  }

  @Test
  void a_connection_that_breaks_leaves_an_unknown_outcome() throws Exception {
    assertThat(told(""))
        .hasSizeGreaterThanOrEqualTo(ANSWERS)
        .allMatch(each -> each.outcome() == Outcome.UNKNOWN);
    assertThat(findings.all()).isEmpty();
  }

  @Test
  void an_unknown_outcome_has_a_client_of_its_own() throws Exception {
    assertThat(told("unknown because"))
        .hasSizeGreaterThanOrEqualTo(ANSWERS)
        .allMatch(each -> each.outcome() == Outcome.UNKNOWN)
        .extracting(Operation::client)
        .doesNotHaveDuplicates();
  }

  @Test
  void a_node_that_tells_all_writers_the_same_is_found_out() throws Exception {
    told("done 1 7 true");
    assertThat(findings.all()).isNotEmpty();
    assertThat(findings.all().getFirst()).contains("version 1");
  }
}
