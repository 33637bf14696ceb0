package io.quorate.testkit.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/** The etcd image answers as etcd does, over its JSON gateway. */
@NeedsDocker
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EtcdImageTest {
  private static final int PORT = 2379;
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final GenericContainer<?> etcd =
      new GenericContainer<>(Images.etcd())
          .withCommand(
              "etcd",
              "--data-dir=/tmp/etcd",
              "--listen-client-urls=http://0.0.0.0:" + PORT,
              "--advertise-client-urls=http://0.0.0.0:" + PORT)
          .withExposedPorts(PORT)
          .waitingFor(Wait.forHttp("/health").forPort(PORT).withStartupTimeout(PATIENCE));

  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeAll
  void start() {
    etcd.start();
  }

  @AfterAll
  void stop() {
    etcd.stop();
    http.close();
  }

  @Test
  void it_tells_its_version() throws Exception {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(uri("/version")).timeout(PATIENCE).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).containsPattern("\"etcdserver\":\"3\\.\\d+\\.\\d+\"");
  }

  @Test
  void what_was_put_is_got_and_its_version_counts_the_puts() throws Exception {
    long first = revision(put("colour", "red"));
    long second = revision(put("colour", "green"));
    assertThat(second).isEqualTo(first + 1);

    String got = post("/v3/kv/range", "{\"key\":\"%s\"}".formatted(encoded("colour")));
    assertThat(field(got, "value")).isEqualTo(encoded("green"));
    assertThat(field(got, "version")).isEqualTo("2");
    assertThat(field(got, "create_revision")).isEqualTo(Long.toString(first));
    assertThat(field(got, "mod_revision")).isEqualTo(Long.toString(second));
  }

  @Test
  void of_two_transactions_that_compare_the_same_revision_one_wins() throws Exception {
    long seen = revision(put("lock", "free"));
    String mine = swap("lock", seen, "mine");
    String yours = swap("lock", seen, "yours");
    assertThat(mine).contains("\"succeeded\":true");
    assertThat(yours).as("false is left out of the answer").doesNotContain("succeeded");

    String got = post("/v3/kv/range", "{\"key\":\"%s\"}".formatted(encoded("lock")));
    assertThat(field(got, "value")).isEqualTo(encoded("mine"));
  }

  private String put(String key, String value) throws IOException, InterruptedException {
    return post(
        "/v3/kv/put", "{\"key\":\"%s\",\"value\":\"%s\"}".formatted(encoded(key), encoded(value)));
  }

  private String swap(String key, long expectedRevision, String value)
      throws IOException, InterruptedException {
    return post(
        "/v3/kv/txn",
        """
        {"compare":[{"key":"%1$s","target":"MOD","result":"EQUAL","mod_revision":"%2$d"}],
         "success":[{"request_put":{"key":"%1$s","value":"%3$s"}}]}
        """
            .formatted(encoded(key), expectedRevision, encoded(value)));
  }

  private String post(String path, String body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri(path))
            .timeout(PATIENCE)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private URI uri(String path) {
    return URI.create("http://" + etcd.getHost() + ":" + etcd.getMappedPort(PORT) + path);
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static long revision(String answer) {
    return Long.parseLong(field(answer, "revision"));
  }

  private static String field(String answer, String name) {
    Matcher field = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(answer);
    assertThat(field.find()).as(name + " in " + answer).isTrue();
    return field.group(1);
  }
}
