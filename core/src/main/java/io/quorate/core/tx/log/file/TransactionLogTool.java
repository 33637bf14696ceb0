package io.quorate.core.tx.log.file;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.wal.FileSystemDisk;
import io.quorate.core.wal.WalContents;
import io.quorate.core.wal.WalException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Shows the transactions of a log to people. Reads only, and only while nobody has the log open; of
 * a damaged log, all that can be read.
 *
 * <pre>
 *   list DIR      one line per transaction, by id
 *   show DIR TX   one transaction, then one line per record
 * </pre>
 *
 * <p>Exit codes: 0 the log would open, 1 it would be refused, and why is said last, 2 wrong usage,
 * no log that can be read, or no such transaction.
 */
public final class TransactionLogTool {
  static final int GOOD = 0;
  static final int DAMAGED = 1;
  static final int USAGE = 2;
  private static final int PREVIEW_BYTES = 64;

  private final PrintStream out;
  private final Path directory;
  private final Findings findings = new Findings();

  private TransactionLogTool(PrintStream out, Path directory) {
    this.out = out;
    this.directory = directory;
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
      boolean list = args.length == 2 && args[0].equals("list");
      if (!list && !(args.length == 3 && args[0].equals("show"))) {
        throw new IllegalArgumentException("arguments: expected list DIR, or show DIR TX");
      }
      @Nullable TxId wanted = list ? null : new TxId(args[2]);
      return new TransactionLogTool(out, Path.of(args[1])).run(wanted);
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      err.println("usage: list DIR | show DIR TX");
    } catch (WalException e) {
      err.println(e.getMessage());
    }
    return USAGE;
  }

  private int run(@Nullable TxId wanted) {
    if (!Files.isDirectory(directory)) {
      throw new IllegalArgumentException(directory + ": not a directory");
    }
    WalContents contents = WalContents.read(new FileSystemDisk(directory));
    if (contents.isEmpty()) {
      throw new IllegalArgumentException(directory + ": no log (expected: *.wal files)");
    }
    contents.replay(findings);
    if (wanted == null) {
      findings.transactions().values().forEach(each -> out.println(line(each)));
    } else {
      show(wanted);
    }
    findings.unreadable().forEach(out::println);
    contents.recovery().lost().forEach(out::println);
    Optional<String> refusal = refusal(contents);
    refusal.ifPresent(out::println);
    return refusal.isEmpty() ? GOOD : DAMAGED;
  }

  /** What opening the log would say. */
  private Optional<String> refusal(WalContents contents) {
    if (!contents.recovery().lost().isEmpty()) {
      return Optional.of(contents.recovery().verdict() + ": would not open");
    }
    try {
      new Loader(directory.toString(), Integer.MAX_VALUE).load(contents::replay);
      return Optional.empty();
    } catch (LogCorruptException | LogFormatException refused) {
      return Optional.of("would not open: " + refused.getMessage());
    }
  }

  private void show(TxId wanted) {
    Findings.Transaction found = findings.transactions().get(wanted);
    if (found == null) {
      throw new IllegalArgumentException(
          "%s: no transaction %s (expected: one of list %s)"
              .formatted(directory, wanted, directory));
    }
    out.println(line(found));
    found.records().forEach(each -> out.println("  " + line(each)));
  }

  private static String line(Findings.Transaction found) {
    Findings.Found last = found.last();
    String missing = found.missing() == 0 ? "" : " missing=" + found.missing();
    return "%s %s seq=%d records=%d%s epoch=%d changed=%s due=%s"
        .formatted(
            found.tx(),
            found.status(),
            last.logRecord().seq(),
            found.records().size(),
            missing,
            last.epoch(),
            last.time(),
            due(last.logRecord()));
  }

  private static String line(Findings.Found found) {
    LogRecord r = found.logRecord();
    return "%d %s %s epoch=%d time=%s at=%d due=%s locks=%s %dB%s"
        .formatted(
            r.seq(),
            r.kind(),
            r.force(),
            found.epoch(),
            found.time(),
            found.at(),
            due(r),
            locks(r),
            r.body().length,
            preview(r.body()));
  }

  private static String due(LogRecord r) {
    Instant due = r.due();
    return due == null ? "-" : due.toString();
  }

  /** Names may hold any character: what would move a terminal's cursor is shown as its number. */
  private static String locks(LogRecord r) {
    return new TreeSet<>(r.locks())
        .stream().map(TransactionLogTool::printable).collect(Collectors.joining(",", "[", "]"));
  }

  private static String printable(String name) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isISOControl(c) || Character.isSurrogate(c)) {
        shown.append("\\u%04x".formatted((int) c));
      } else {
        shown.append(c);
      }
    }
    return shown.toString();
  }

  /** The start of a body: as text where it is text, else in hexadecimal. */
  private static String preview(byte[] body) {
    byte[] start = Arrays.copyOf(body, Math.min(body.length, PREVIEW_BYTES));
    if (start.length == 0) {
      return "";
    }
    boolean text = true;
    for (byte b : start) {
      text &= b >= ' ' && b <= '~';
    }
    String shown = text ? '"' + new String(start, US_ASCII) + '"' : HexFormat.of().formatHex(start);
    return " " + shown + (start.length < body.length ? "…" : "");
  }
}
