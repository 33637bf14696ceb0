package io.quorate.raftsim.register;

import io.quorate.raftsim.Outcome;
import io.quorate.raftsim.SimClient;
import io.quorate.raftsim.Workload;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Writes, compares and reads registers, and knows what must come of it. Versions make it cheap: an
 * operation that began when version v of a register was known must not see an older one, and a
 * write must make a newer one; one version has one value; what was not done is never applied, and
 * nothing is applied twice.
 */
public final class RegisterWorkload implements Workload {
  private static final int KEYS = 4;

  private final Map<Long, Long> values = new HashMap<>();
  private final long[] known = new long[KEYS];
  private final Set<Long> notDone = new HashSet<>();
  private final Set<Long> applied = new HashSet<>();
  private Consumer<String> broken = what -> {};
  private long operations;

  @Override
  public void begin(Consumer<String> told) {
    broken = told;
  }

  /** A machine whose operations this workload looks at. */
  public RegisterMachine machine() {
    return new RegisterMachine(this::applied);
  }

  private void applied(long operation) {
    applied.add(operation);
    if (notDone.contains(operation)) {
      broken.accept("operation %d is applied, but was said not to be".formatted(operation));
    }
  }

  @Override
  public void next(SimClient client) {
    int key = client.random().nextInt(KEYS);
    long before = known[key];
    if (client.random().nextInt(3) == 0) {
      client.read(
          machine -> ((RegisterMachine) machine).read(key), outcome -> saw(key, before, outcome));
      return;
    }
    long operation = ++operations;
    boolean compare = client.random().nextInt(3) == 0;
    int padding = client.random().nextInt(client.random().nextInt(6) == 0 ? 900 : 60);
    client.propose(
        RegisterMachine.command(operation, key, compare ? before : -1, operation, padding),
        outcome -> wrote(operation, key, before, compare, outcome));
  }

  private void saw(int key, long before, Outcome outcome) {
    if (outcome instanceof Outcome.Done done) {
      ByteBuffer result = ByteBuffer.wrap(done.result());
      long version = result.getLong();
      learn(key, version, result.getLong());
      if (version < before) {
        broken.accept(
            "register %d is read at version %d, after %d was known"
                .formatted(key, version, before));
      }
    }
  }

  private void wrote(long operation, int key, long before, boolean compare, Outcome outcome) {
    switch (outcome) {
      case Outcome.Done done -> {
        ByteBuffer result = ByteBuffer.wrap(done.result());
        long version = result.getLong();
        long value = result.getLong();
        boolean written = result.get() == 1;
        learn(key, version, value);
        if (version < before || (written && version == before)) {
          broken.accept(
              "register %d is written at version %d, after %d was known"
                  .formatted(key, version, before));
        }
        if (written != (value == operation) || (written && compare && version != before + 1)) {
          broken.accept("operation %d got the answer of another".formatted(operation));
        }
      }
      case Outcome.NotDone no -> {
        notDone.add(operation);
        if (applied.contains(operation)) {
          broken.accept("operation %d was applied, but is said not to be".formatted(operation));
        }
      }
      case Outcome.Unknown unknown -> {}
    }
  }

  private void learn(int key, long version, long value) {
    known[key] = Math.max(known[key], version);
    Long other = values.putIfAbsent(version * KEYS + key, value);
    if (other != null && other != value) {
      broken.accept("version %d of register %d is %d and %d".formatted(version, key, other, value));
    }
  }
}
