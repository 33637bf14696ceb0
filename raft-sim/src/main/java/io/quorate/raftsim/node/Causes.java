package io.quorate.raftsim.node;

/** What was thrown, as a report shows it. */
final class Causes {
  private static final int TEXT_MAX = 800;

  private Causes() {}

  /** The message, and where in our code it came from. */
  static String text(Throwable thrown) {
    StringBuilder text = new StringBuilder(thrown.toString());
    for (StackTraceElement at : thrown.getStackTrace()) {
      if (at.getClassName().startsWith("io.quorate") && text.length() < TEXT_MAX) {
        text.append("\n    at ").append(at);
      }
    }
    return text.toString();
  }
}
