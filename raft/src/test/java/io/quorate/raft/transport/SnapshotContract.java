package io.quorate.raft.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.core.Message;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.membership.Membership;
import io.quorate.testkit.seed.SeededRandom;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every transport promises of snapshots, from node 1 to node 2. */
@Timeout(60)
public abstract class SnapshotContract {
  /** Several chunks, and a part of one. */
  private static final int BYTES = (5 << 20) + 123;

  private static final Message.InstallSnapshot INSTALL =
      new Message.InstallSnapshot(4, new SnapshotMark(9, 3, Membership.of(1, 2)), 7);

  private final Recorder first = new Recorder();
  private final Recorder second = new Recorder();
  private final MemorySnapshot original = MemorySnapshot.of(new SeededRandom(1).bytes(BYTES));
  private final MemorySnapshot copy = new MemorySnapshot(BYTES);
  private Transport one;
  private Transport two;

  /** A transport for a node, not started; once it is, the others find it. */
  protected abstract Transport create(long node) throws Exception;

  /** A node was started. */
  protected abstract void started(long node, Transport transport);

  @BeforeEach
  void startBoth() throws Exception {
    one = start(1, first);
    two = start(2, second);
  }

  private Transport start(long node, Receiver receiver) throws Exception {
    Transport transport = create(node);
    transport.start(receiver);
    started(node, transport);
    return transport;
  }

  @AfterEach
  void closeBoth() {
    one.close();
    two.close();
  }

  private boolean sent(MemorySnapshot snapshot) throws Exception {
    boolean arrived =
        one.sendSnapshot(6, 2, INSTALL, snapshot.source())
            .get(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(snapshot.closed.await(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    return arrived;
  }

  private static boolean done(CountDownLatch latch) throws InterruptedException {
    return latch.await(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Test
  void a_snapshot_arrives_whole() throws Exception {
    AtomicReference<Message.InstallSnapshot> install = new AtomicReference<>();
    second.sinks =
        asked -> {
          install.set(asked);
          return copy.sink(offset -> {});
        };
    assertThat(sent(original)).isTrue();
    assertThat(install.get()).isEqualTo(INSTALL);
    assertThat(copy.completed).isTrue();
    assertThat(copy.bytes()).isEqualTo(original.bytes());
    assertThat(copy.offsets).startsWith(0L).doesNotHaveDuplicates();
    assertThat(copy.aborted.getCount()).as("not aborted once complete").isOne();
  }

  @Test
  void an_empty_snapshot_arrives() throws Exception {
    second.sinks = asked -> copy.sink(offset -> {});
    assertThat(sent(new MemorySnapshot(0))).isTrue();
    assertThat(copy.completed).isTrue();
    assertThat(copy.offsets).isEmpty();
  }

  @Test
  void a_snapshot_that_was_cut_goes_on_from_where_it_was() throws Exception {
    CountDownLatch half = new CountDownLatch(1);
    CountDownLatch gone = new CountDownLatch(1);
    second.sinks =
        asked ->
            copy.sink(
                offset -> {
                  if (offset >= BYTES / 2) {
                    half.countDown();
                    held(gone);
                    throw new IOException("the node is going down");
                  }
                });
    CompletableFuture<Boolean> outcome = one.sendSnapshot(6, 2, INSTALL, original.source());
    assertThat(done(half)).isTrue();
    CompletableFuture<Void> closing = CompletableFuture.runAsync(two::close);
    // A thread that waits for the disk does not hold up what is known of the connection.
    gone.countDown();
    assertThat(outcome.get(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS)).isFalse();
    closing.get(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(done(copy.aborted)).isTrue();
    assertThat(copy.completed).isFalse();
    long there = copy.bytes().length;
    assertThat(there).isPositive();

    two = start(2, second);
    copy.offsets.clear();
    second.sinks = asked -> copy.sink(offset -> {});
    assertThat(sent(original)).isTrue();
    assertThat(copy.offsets).startsWith(there);
    assertThat(copy.completed).isTrue();
    assertThat(copy.bytes()).isEqualTo(original.bytes());
  }

  private static void held(CountDownLatch until) {
    try {
      assertThat(done(until)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void all_of_it_there_already_is_only_completed() throws Exception {
    MemorySnapshot whole = MemorySnapshot.of(original.bytes());
    second.sinks = asked -> whole.sink(offset -> {});
    assertThat(sent(original)).isTrue();
    assertThat(whole.completed).isTrue();
    assertThat(whole.offsets).isEmpty();
  }

  @Test
  void what_cannot_be_stored_has_not_arrived() throws Exception {
    second.sinks =
        asked ->
            copy.sink(
                offset -> {
                  throw new IOException("no space");
                });
    assertThat(sent(original)).isFalse();
    assertThat(done(copy.aborted)).isTrue();
    second.sinks =
        asked -> {
          throw new IllegalStateException("no such group");
        };
    assertThat(sent(MemorySnapshot.of(original.bytes()))).isFalse();
  }

  @Test
  void what_fails_its_check_at_the_end_has_not_arrived() throws Exception {
    SnapshotSink sink = copy.sink(offset -> {});
    second.sinks =
        asked ->
            new SnapshotSink() {
              @Override
              public long resumeAt() throws IOException {
                return sink.resumeAt();
              }

              @Override
              public void write(ByteBuffer bytes, long offset) throws IOException {
                sink.write(bytes, offset);
              }

              @Override
              public void complete() throws IOException {
                throw new IOException("another hash");
              }

              @Override
              public void abort() {
                sink.abort();
              }
            };
    assertThat(sent(original)).isFalse();
    assertThat(done(copy.aborted)).isTrue();
  }

  @Test
  void a_source_that_ends_early_has_not_arrived() throws Exception {
    second.sinks = asked -> copy.sink(offset -> {});
    SnapshotBytes source = original.source();
    CompletableFuture<Boolean> outcome =
        one.sendSnapshot(
            6,
            2,
            INSTALL,
            new SnapshotBytes() {
              @Override
              public long size() {
                return BYTES + 1;
              }

              @Override
              public int read(ByteBuffer target, long offset) throws IOException {
                return source.read(target, offset);
              }

              @Override
              public void close() throws IOException {
                source.close();
              }
            });
    assertThat(outcome.get(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS)).isFalse();
    assertThat(done(original.closed)).isTrue();
    assertThat(copy.completed).isFalse();
  }

  @Test
  void a_snapshot_to_a_node_that_is_away_has_not_arrived() throws Exception {
    two.close();
    assertThat(sent(original)).isFalse();
    MemorySnapshot other = MemorySnapshot.of(new byte[10]);
    assertThat(one.sendSnapshot(0, 77, INSTALL, other.source()).get()).isFalse();
    assertThat(done(other.closed)).isTrue();
  }

  @Test
  void one_at_a_time_is_sent_for_a_group() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    second.sinks =
        asked ->
            copy.sink(
                offset -> {
                  begun.countDown();
                  held(goOn);
                });
    CompletableFuture<Boolean> outcome = one.sendSnapshot(6, 2, INSTALL, original.source());
    assertThat(done(begun)).isTrue();
    assertThat(sent(MemorySnapshot.of(new byte[10]))).isFalse();
    goOn.countDown();
    assertThat(outcome.get(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(sent(original)).as("once it is over").isTrue();
  }
}
