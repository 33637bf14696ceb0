package io.quorate.core.wal;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Shows a log to people. Reads only, and only while nobody has the log open.
 *
 * <pre>
 *   dump DIR [--from POSITION] [--stream NUMBER]   one line per record, lost ranges in their place
 *   verify DIR                                     the verdict
 * </pre>
 *
 * <p>Exit codes: 0 clean or torn, 1 rotten or suspect, 2 wrong usage or no log that can be read.
 */
public final class WalTool {
  static final int GOOD = 0;
  static final int DAMAGED = 1;
  static final int USAGE = 2;
  private static final int PREVIEW_BYTES = 16;

  private final PrintStream out;
  private final Path directory;
  private final long from;
  private final int stream;

  private WalTool(PrintStream out, Path directory, long from, int stream) {
    this.out = out;
    this.directory = directory;
    this.from = from;
    this.stream = stream;
  }

  /** Runs the tool and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(run(args, System.out, System.err));
  }

  /**
   * Runs the tool.
   *
   * @return the exit code
   */
  static int run(String[] args, PrintStream out, PrintStream err) {
    try {
      if (args.length < 2 || !(args[0].equals("dump") || args[0].equals("verify"))) {
        throw new IllegalArgumentException("arguments: expected a command and a directory");
      }
      boolean dump = args[0].equals("dump");
      long from = -1;
      int stream = -1;
      for (int i = 2; i < args.length; i += 2) {
        String value = i + 1 < args.length ? args[i + 1] : "";
        switch (args[i]) {
          case "--from" -> from = number(dump, args[i], value, Long.MAX_VALUE);
          case "--stream" -> stream = (int) number(dump, args[i], value, WalEntry.STREAM_MAX);
          default -> throw new IllegalArgumentException(args[i] + ": not an option");
        }
      }
      return new WalTool(out, Path.of(args[1]), from, stream).run(dump);
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      err.println("usage: dump DIR [--from POSITION] [--stream NUMBER] | verify DIR");
    } catch (WalException e) {
      err.println(e.getMessage());
    }
    return USAGE;
  }

  private static long number(boolean dump, String option, String value, long max) {
    if (dump && value.matches("[0-9]{1,18}") && Long.parseLong(value) <= max) {
      return Long.parseLong(value);
    }
    throw new IllegalArgumentException(
        "%s: \"%s\" (expected: with dump, 0..%d)".formatted(option, value, max));
  }

  private int run(boolean dump) {
    if (!Files.isDirectory(directory)) {
      throw new IllegalArgumentException(directory + ": not a directory");
    }
    WalContents contents = WalContents.read(new FileSystemDisk(directory));
    if (contents.isEmpty()) {
      throw new IllegalArgumentException(directory + ": no log (expected: *.wal files)");
    }
    if (dump) {
      dump(contents);
    } else {
      verify(contents.recovery());
    }
    return contents.recovery().lost().isEmpty() ? GOOD : DAMAGED;
  }

  private void verify(Recovery found) {
    out.println(found.verdict());
    out.printf(
        "positions %d..%d, durable at least up to %d%n",
        found.firstPosition(), found.nextPosition(), found.provenPosition());
    out.printf("records %d%n", found.records());
    if (found.tornBytes() > 0) {
      out.printf("torn bytes %d, never acknowledged%n", found.tornBytes());
    }
    found.lost().forEach(out::println);
  }

  private void dump(WalContents contents) {
    Recovery found = contents.recovery();
    Deque<LostRange> lost = new ArrayDeque<>(found.lost());
    long start = Math.max(from, found.firstPosition());
    contents.replay(
        start,
        each -> {
          printLost(lost, start, each.start());
          if (stream < 0 || each.stream() == stream) {
            out.println(each + preview(each.payload()));
          }
          return !out.checkError();
        });
    printLost(lost, start, Long.MAX_VALUE);
  }

  private void printLost(Deque<LostRange> lost, long start, long before) {
    for (@Nullable LostRange range = lost.peek();
        range != null && range.start() < before;
        range = lost.peek()) {
      lost.remove();
      if (range.end() > start) {
        out.println(range);
      }
    }
  }

  private static String preview(byte[] payload) {
    int length = Math.min(payload.length, PREVIEW_BYTES);
    String hex = HexFormat.of().formatHex(payload, 0, length);
    return hex.isEmpty() ? "" : " " + hex + (length < payload.length ? "…" : "");
  }
}
