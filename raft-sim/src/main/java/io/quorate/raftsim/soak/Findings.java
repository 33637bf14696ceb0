package io.quorate.raftsim.soak;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** What is wrong, as it is found. Safe for use by many threads; bounded. */
final class Findings {
  private static final int KEPT_MAX = 100;

  private final CopyOnWriteArrayList<String> found = new CopyOnWriteArrayList<>();
  private final Consumer<String> says;

  Findings(Consumer<String> says) {
    this.says = says;
  }

  void add(String what) {
    if (found.size() < KEPT_MAX && found.addIfAbsent(what)) {
      says.accept("WRONG: " + what);
    }
  }

  List<String> all() {
    return List.copyOf(found);
  }
}
