package io.quorate.raft.storage;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quorate.testkit.disk.Choices;
import io.quorate.testkit.disk.Fault;
import io.quorate.testkit.disk.Operation;
import io.quorate.testkit.disk.SimDisk;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class HardStateSlotsTest {

  private static GroupState state(long term) {
    return new GroupState(term, 2, 1, false, false);
  }

  private static HardStateSlots written(SimDisk disk, int states) throws IOException {
    HardStateSlots slots = new HardStateSlots(disk, 7);
    slots.read();
    for (int i = 1; i <= states; i++) {
      slots.write(i, state(i), 100 * i);
    }
    return slots;
  }

  private static HardStateSlots found(SimDisk disk) throws IOException {
    HardStateSlots slots = new HardStateSlots(disk, 7);
    slots.read();
    return slots;
  }

  @Test
  void a_written_state_survives_the_power_alone() throws IOException {
    for (int states = 1; states <= 5; states++) {
      SimDisk disk = new SimDisk();
      written(disk, states);
      HardStateSlots slots = found(disk.afterPowerLoss(Choices.oldest()));
      assertThat(slots.newest())
          .isEqualTo(new HardStateSlots.Slot(states, state(states), 100 * states));
      assertThat(slots.isComplete()).isEqualTo(states > 1);
    }
  }

  @Test
  void a_write_torn_at_any_byte_leaves_the_state_before() throws IOException {
    for (int states = 1; states <= 4; states++) {
      for (int kept = 0; kept <= 64; kept++) {
        SimDisk disk = new SimDisk();
        HardStateSlots slots = written(disk, states);
        Fault torn = new Fault.PowerLoss(kept);
        disk.plan(op -> op.kind() == Operation.Kind.WRITE ? torn : Fault.NONE);
        int next = states + 1;
        assertThat(
                catchThrowableOfType(
                    IOException.class, () -> slots.write(next, state(next), 100 * next)))
            .isNotNull();
        HardStateSlots after = found(disk.afterPowerLoss(Choices.newest()));
        assertThat(requireNonNull(after.newest()).sequence())
            .as("%d bytes of write %d", kept, next)
            .isBetween((long) states, (long) next);
      }
    }
  }

  @Test
  void a_flipped_bit_makes_a_slot_unreadable_and_never_another_state() throws IOException {
    SimDisk disk = new SimDisk();
    written(disk, 4);
    for (String name : disk.list()) {
      for (int bit = 0; bit < 52 * 8; bit++) {
        SimDisk rotten = disk.copy();
        rotten.flip(name, bit / 8, bit % 8);
        HardStateSlots slots = found(rotten);
        assertThat(slots.isComplete()).isFalse();
        assertThat(requireNonNull(slots.newest()).sequence()).isIn(3L, 4L);
      }
    }
  }
}
