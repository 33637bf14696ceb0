package io.quorate.raft.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.raft.membership.Membership;
import io.quorate.testkit.seed.SeededRandom;
import io.quorate.testkit.seed.Seeds;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where batches lie, what leaves, and which configuration counts. */
class LogIndexTest {
  private static final Membership START = Membership.of(1, 2, 3);

  private static EntryBatch commands(long term, long first, int count, int bytes) {
    return new EntryBatch(term, first, new Payload.Commands(count, ByteBuffer.allocate(bytes)));
  }

  private static EntryBatch configuration(long term, long index, long... voters) {
    return new EntryBatch(term, index, new Payload.Configuration(Membership.of(voters)));
  }

  private static LogIndex empty() {
    return new LogIndex(0, 0, SnapshotMark.beginning(START));
  }

  /** Batches 1..2 (term 1), 3 (term 1), 4..6 (term 3), 7 (term 5), of 68 bytes each. */
  private static LogIndex filled() {
    LogIndex log = empty();
    log.append(commands(1, 1, 2, 36));
    log.append(commands(1, 3, 1, 36));
    log.append(commands(3, 4, 3, 36));
    log.append(commands(5, 7, 1, 36));
    return log;
  }

  @Test
  void an_empty_log_knows_its_beginning_and_nothing_else() {
    LogIndex log = empty();

    assertThat(log.lastIndex()).isZero();
    assertThat(log.lastTerm()).isZero();
    assertThat(log.matches(0, 0)).isTrue();
    assertThat(log.knows(1)).isFalse();
    assertThat(log.bytes()).isZero();
    assertThat(log.firstOfTail(0)).isEqualTo(1);
    assertThat(log.lastNotAbove(9, 9)).isZero();
    assertThat(log.membership()).isEqualTo(START);
    assertThatThrownBy(() -> log.term(1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void every_index_has_the_term_and_the_bounds_of_its_batch() {
    LogIndex log = filled();

    long[] terms = {0, 1, 1, 1, 3, 3, 3, 5};
    long[] firsts = {0, 1, 1, 3, 4, 4, 4, 7};
    long[] lasts = {0, 2, 2, 3, 6, 6, 6, 7};
    for (int i = 1; i <= 7; i++) {
      assertThat(log.term(i)).isEqualTo(terms[i]);
      assertThat(log.batchFirst(i)).isEqualTo(firsts[i]);
      assertThat(log.batchLast(i)).isEqualTo(lasts[i]);
    }
    assertThat(log.knows(8)).isFalse();
    assertThat(log.matches(6, 1)).isFalse();
    assertThat(log.batches()).isEqualTo(4);
  }

  @Test
  void a_message_takes_as_many_whole_batches_as_fit_and_one_in_any_case() {
    LogIndex log = filled();

    assertThat(log.lastWithin(1, 1)).isEqualTo(2);
    assertThat(log.lastWithin(1, 135)).isEqualTo(2);
    assertThat(log.lastWithin(1, 136)).isEqualTo(3);
    assertThat(log.lastWithin(3, 136)).isEqualTo(6);
    assertThat(log.lastWithin(3, 1 << 20)).isEqualTo(7);
    assertThat(log.lastWithin(7, 1)).isEqualTo(7);
  }

  @Test
  void no_limit_on_a_message_is_no_limit() {
    LogIndex log = filled();

    assertThat(log.lastWithin(1, Long.MAX_VALUE)).isEqualTo(7);
    assertThat(log.lastWithin(3, Long.MAX_VALUE)).isEqualTo(7);
    assertThat(log.firstOfTail(Long.MAX_VALUE)).isEqualTo(1);
  }

  @Test
  void a_tail_is_of_whole_batches_and_may_be_empty() {
    LogIndex log = filled();

    assertThat(log.firstOfTail(67)).isEqualTo(8);
    assertThat(log.firstOfTail(68)).isEqualTo(7);
    assertThat(log.firstOfTail(135)).isEqualTo(7);
    assertThat(log.firstOfTail(136)).isEqualTo(4);
    assertThat(log.firstOfTail(272)).isEqualTo(1);
    log.compactTo(3);
    assertThat(log.firstOfTail(272)).isEqualTo(4);
  }

  @Test
  void the_last_entry_not_above_a_term_is_found_among_all() {
    LogIndex log = filled();

    assertThat(log.lastNotAbove(7, 5)).isEqualTo(7);
    assertThat(log.lastNotAbove(9, 9)).isEqualTo(7);
    assertThat(log.lastNotAbove(7, 4)).isEqualTo(6);
    assertThat(log.lastNotAbove(5, 4)).isEqualTo(5);
    assertThat(log.lastNotAbove(6, 2)).isEqualTo(3);
    assertThat(log.lastNotAbove(2, 2)).isEqualTo(2);
    assertThat(log.lastNotAbove(6, 0)).isZero();
    log.compactTo(3);
    assertThat(log.lastNotAbove(6, 2)).isEqualTo(3);
    assertThat(log.lastNotAbove(6, 0)).isEqualTo(3);
    assertThat(log.lastNotAbove(1, 1)).isEqualTo(3);
  }

  @Test
  void truncation_takes_whole_batches_with_the_configurations_in_them() {
    LogIndex log = filled();
    log.append(configuration(5, 8, 1, 2));
    log.append(configuration(5, 9, 1));
    assertThat(log.membership()).isEqualTo(Membership.of(1));
    assertThat(log.membershipIndex()).isEqualTo(9);
    assertThat(log.membershipAt(8)).isEqualTo(Membership.of(1, 2));
    assertThat(log.membershipAt(7)).isEqualTo(START);

    log.truncateFrom(9);
    assertThat(log.membership()).isEqualTo(Membership.of(1, 2));
    assertThat(log.membershipIndex()).isEqualTo(8);
    log.truncateFrom(4);
    assertThat(log.membership()).isEqualTo(START);
    assertThat(log.membershipIndex()).isZero();
    assertThat(log.lastIndex()).isEqualTo(3);
    assertThat(log.lastTerm()).isEqualTo(1);
    assertThat(log.bytes()).isEqualTo(136);
    log.append(commands(7, 4, 1, 36));
    assertThat(log.term(4)).isEqualTo(7);
    assertThat(log.bytes(1, 4)).isEqualTo(204);
  }

  @Test
  void a_batch_is_never_cut_in_two() {
    LogIndex log = filled();

    assertThatThrownBy(() -> log.truncateFrom(5)).isInstanceOf(IllegalArgumentException.class);
    assertThat(log.compactTo(5)).isEqualTo(3);
    assertThat(log.baseTerm()).isEqualTo(1);
    assertThat(log.compactTo(3)).isEqualTo(3);
    assertThat(log.compactTo(6)).isEqualTo(6);
    assertThat(log.baseTerm()).isEqualTo(3);
    assertThat(log.bytes()).isEqualTo(68);
    assertThat(log.matches(6, 3)).isTrue();
    assertThat(log.knows(5)).isFalse();
  }

  @Test
  void a_compacted_configuration_still_counts() {
    LogIndex log = empty();
    log.append(configuration(1, 1, 1, 2));
    log.append(configuration(1, 2, 1));

    log.compactTo(1);
    assertThat(log.membershipAt(1)).isEqualTo(Membership.of(1, 2));
    assertThat(log.membership()).isEqualTo(Membership.of(1));
    log.truncateFrom(2);
    assertThat(log.membership()).isEqualTo(Membership.of(1, 2));
    assertThat(log.membershipIndex()).isEqualTo(1);
  }

  @Test
  void what_does_not_follow_the_last_entry_is_refused() {
    LogIndex log = filled();

    for (EntryBatch wrong :
        List.of(commands(5, 7, 1, 1), commands(5, 9, 1, 1), commands(4, 8, 1, 1))) {
      assertThatThrownBy(() -> log.append(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(log.lastIndex()).isEqualTo(7);
  }

  @Test
  void a_snapshot_takes_the_place_of_all() {
    LogIndex log = filled();
    log.append(configuration(5, 8, 1));

    log.resetTo(new SnapshotMark(20, 6, Membership.of(2, 3)));
    assertThat(log.lastIndex()).isEqualTo(20);
    assertThat(log.lastTerm()).isEqualTo(6);
    assertThat(log.bytes()).isZero();
    assertThat(log.membership()).isEqualTo(Membership.of(2, 3));
    log.append(commands(6, 21, 2, 8));
    assertThat(log.bytes(21, 22)).isEqualTo(40);
    assertThat(log.lastWithin(21, 1)).isEqualTo(22);
  }

  /** A list of batches, and nothing clever. */
  private static final class Model {
    private final List<EntryBatch> batches = new ArrayList<>();
    private long baseIndex;
    private long baseTerm;
    private Membership baseMembership = START;

    private long lastIndex() {
      return batches.isEmpty() ? baseIndex : batches.getLast().lastIndex();
    }

    private long lastTerm() {
      return batches.isEmpty() ? baseTerm : batches.getLast().term();
    }

    private long term(long index) {
      return index == baseIndex ? baseTerm : at(index).term();
    }

    private EntryBatch at(long index) {
      return batches.stream()
          .filter(each -> each.firstIndex() <= index && index <= each.lastIndex())
          .findFirst()
          .orElseThrow();
    }

    private Membership membershipAt(long index) {
      Membership found = baseMembership;
      for (EntryBatch each : batches) {
        if (each.firstIndex() <= index && each.payload() instanceof Payload.Configuration c) {
          found = c.membership();
        }
      }
      return found;
    }

    private long bytes() {
      return batches.stream().mapToLong(EntryBatch::sizeBytes).sum();
    }

    private long lastNotAbove(long index, long term) {
      for (long i = Math.min(index, lastIndex()); i > baseIndex; i--) {
        if (term(i) <= term) {
          return i;
        }
      }
      return baseIndex;
    }

    private long lastWithin(long first, long bytesMax) {
      long last = at(first).lastIndex();
      long bytes = 0;
      for (EntryBatch each : batches) {
        if (each.firstIndex() >= first) {
          bytes += each.sizeBytes();
          if (bytes > bytesMax) {
            break;
          }
          last = each.lastIndex();
        }
      }
      return last;
    }

    private long firstOfTail(long bytesMax) {
      long first = lastIndex() + 1;
      long bytes = 0;
      for (EntryBatch each : batches.reversed()) {
        bytes += each.sizeBytes();
        if (bytes > bytesMax) {
          break;
        }
        first = each.firstIndex();
      }
      return first;
    }

    private void compactTo(long index) {
      while (!batches.isEmpty() && batches.getFirst().lastIndex() <= index) {
        baseMembership = membershipAt(batches.getFirst().lastIndex());
        EntryBatch gone = batches.removeFirst();
        baseIndex = gone.lastIndex();
        baseTerm = gone.term();
      }
    }

    private void resetTo(SnapshotMark mark) {
      batches.clear();
      baseIndex = mark.index();
      baseTerm = mark.term();
      baseMembership = mark.membership();
    }
  }

  private static void change(SeededRandom random, LogIndex log, Model model) {
    switch (random.below(12)) {
      case 0 -> {
        if (!model.batches.isEmpty()) {
          long first = random.pick(model.batches).firstIndex();
          log.truncateFrom(first);
          model.batches.removeIf(each -> each.firstIndex() >= first);
        }
      }
      case 1 -> {
        long index =
            model.baseIndex + random.below((int) (model.lastIndex() - model.baseIndex) + 2);
        model.compactTo(index);
        assertThat(log.compactTo(index)).isEqualTo(model.baseIndex);
      }
      case 2 -> {
        if (random.chance(0.05)) {
          SnapshotMark mark =
              new SnapshotMark(
                  model.lastIndex() + 1 + random.below(9), model.lastTerm() + 1, Membership.of(7));
          log.resetTo(mark);
          model.resetTo(mark);
        }
      }
      default -> {
        long term = Math.max(1, model.lastTerm() + (random.chance(0.3) ? random.below(3) : 0));
        long first = model.lastIndex() + 1;
        EntryBatch batch =
            random.chance(0.2)
                ? configuration(term, first, 1 + random.below(5))
                : commands(term, first, random.between(1, 4), random.below(50));
        log.append(batch);
        model.batches.add(batch);
      }
    }
  }

  private static void compare(SeededRandom random, LogIndex log, Model model) {
    assertThat(log.lastIndex()).isEqualTo(model.lastIndex());
    assertThat(log.lastTerm()).isEqualTo(model.lastTerm());
    assertThat(log.baseIndex()).isEqualTo(model.baseIndex);
    assertThat(log.bytes()).isEqualTo(model.bytes());
    assertThat(log.membership()).isEqualTo(model.membershipAt(Long.MAX_VALUE));
    int span = (int) (model.lastIndex() - model.baseIndex);
    long any = model.baseIndex + random.below(span + 1);
    assertThat(log.term(any)).isEqualTo(model.term(any));
    assertThat(log.membershipAt(any)).isEqualTo(model.membershipAt(any));
    long term = random.below((int) model.lastTerm() + 2);
    long beyond = any + random.below(3);
    assertThat(log.lastNotAbove(beyond, term)).isEqualTo(model.lastNotAbove(beyond, term));
    long limit = random.below(400);
    assertThat(log.firstOfTail(limit)).isEqualTo(model.firstOfTail(limit));
    if (!model.batches.isEmpty()) {
      EntryBatch batch = random.pick(model.batches);
      long first = batch.firstIndex();
      assertThat(log.lastWithin(first, limit)).isEqualTo(model.lastWithin(first, limit));
      assertThat(log.batchFirst(batch.lastIndex())).isEqualTo(first);
      assertThat(log.batchLast(first)).isEqualTo(batch.lastIndex());
    }
  }

  @Test
  void a_log_answers_as_a_list_of_batches_would() {
    Seeds.check(
        300,
        random -> {
          LogIndex log = empty();
          Model model = new Model();
          for (int i = 0; i < 150; i++) {
            change(random, log, model);
            compare(random, log, model);
          }
        });
  }
}
