package io.quorate.raftsim.soak;

import io.quorate.testkit.linearizability.HistoryRecorder;
import io.quorate.testkit.linearizability.Register;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One client: writes, compares and reads registers at one node, and after a while at another. */
final class LoadClient implements Runnable {
  private static final int STAYS_MAX = 30;
  private static final int PAUSE_MILLIS_MAX = 10;
  private static final int DISAPPOINTED_MILLIS = 50;

  private final Load load;
  private final SplittableRandom random;

  /** What this client knows of each key, to expect it. */
  private final Map<Integer, Long> known = new HashMap<>();

  /** Another one after each operation of unknown outcome, which is still under way. */
  private long name;

  private @Nullable NodeConnection connection;
  private int staysFor;

  LoadClient(Load load, long name, SplittableRandom random) {
    this.load = load;
    this.name = name;
    this.random = random;
  }

  @Override
  public void run() {
    try {
      boolean content = true;
      while (!load.isOverAfter(
          content ? random.nextInt(PAUSE_MILLIS_MAX + 1) : DISAPPOINTED_MILLIS)) {
        content = step();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      load.findings().add("client %d got an answer that makes no sense: %s".formatted(name, e));
    } finally {
      leave();
    }
  }

  /** One operation; whether it was done. */
  private boolean step() {
    if (connection == null || staysFor-- == 0) {
      leave();
      try {
        connection = load.connect(random);
      } catch (IOException e) {
        return false; // Nothing was asked of anybody.
      }
      staysFor = random.nextInt(STAYS_MAX);
    }
    int key = random.nextInt(load.config().keys());
    int dice = random.nextInt(100);
    if (dice < 40) {
      return read(connection, key);
    }
    return write(connection, key, dice < 75);
  }

  private void leave() {
    NodeConnection left = connection;
    connection = null;
    if (left != null) {
      left.close();
    }
  }

  /** A read, which is asked until the answer is taken down. */
  boolean read(NodeConnection at, int key) {
    Load.Timed timed = load.invoke(name, key, Register.GET, null, null);
    String[] words = ask(at, "get " + key);
    if (words[0].equals("done")) {
      Long value = number(words[2]);
      timed.ok(value);
      learn(key, Long.parseLong(words[1]), value);
      return true;
    }
    notDone(timed.call(), words);
    return false;
  }

  private boolean write(NodeConnection at, int key, boolean put) {
    long value = load.nextValue();
    Long expected = put ? null : known.get(key);
    Load.Timed timed = load.invoke(name, key, put ? Register.PUT : Register.CAS, value, expected);
    String[] words =
        ask(
            at,
            put
                ? "put %d %d".formatted(key, value)
                : "cas %d %s %d".formatted(key, expected == null ? "-" : expected, value));
    if (words[0].equals("done")) {
      boolean written = words[3].equals("true");
      timed.ok(put ? null : written);
      long version = Long.parseLong(words[1]);
      if (written) {
        load.accounts().wrote(key, version, value);
      }
      learn(key, version, number(words[2]));
      return true;
    }
    if (notDone(timed.call(), words)) {
      load.accounts().refused(key, value);
    } else {
      load.accounts().unknown(key);
    }
    return false;
  }

  private String[] ask(NodeConnection at, String line) {
    try {
      return at.ask(line);
    } catch (IOException e) {
      leave();
      return new String[] {"unknown"};
    }
  }

  /** Takes down what is known; whether it certainly was not done. */
  private boolean notDone(HistoryRecorder.Call call, String[] words) {
    if (words[0].equals("refused")) {
      call.failed();
      return true;
    }
    call.unknown();
    name += load.config().clients();
    staysFor = 0;
    return false;
  }

  private void learn(int key, long version, @Nullable Long value) {
    if (value != null) {
      known.put(key, value);
      load.accounts().saw(key, version, value);
    }
  }

  static @Nullable Long number(String word) {
    return word.equals("-") ? null : Long.valueOf(word);
  }
}
