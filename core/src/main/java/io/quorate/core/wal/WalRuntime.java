package io.quorate.core.wal;

import static java.util.Objects.requireNonNull;

import io.quorate.core.time.Ticker;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * What a {@link WriteAheadLog} takes from its surroundings, so that the same code runs by itself in
 * production and step by step in a simulation.
 *
 * @param ticker measures idle time
 * @param salts gives each segment the number its checksums start from, so that bytes left from
 *     another segment never verify; must not repeat
 * @param owner who opens the log, for people to read
 * @param inline {@code true}: no thread is started. The log works inside {@link
 *     WriteAheadLog#pump}, and inside the calls that must wait for it, on the caller's thread, and
 *     is used by one thread at a time
 */
public record WalRuntime(Ticker ticker, LongSupplier salts, String owner, boolean inline) {

  public WalRuntime {
    requireNonNull(ticker, "ticker");
    requireNonNull(salts, "salts");
    requireNonNull(owner, "owner");
  }

  /** A writer thread, the machine's monotonic clock, random salts, this process as the owner. */
  public static WalRuntime threads() {
    return new WalRuntime(Ticker.system(), new SecureRandom()::nextLong, thisProcess(), false);
  }

  /**
   * No thread; the same seed and the same calls give the same bytes. For simulated disks: on real
   * files, an interrupt of the calling thread in the middle of a write poisons the log.
   */
  public static WalRuntime inline(Ticker ticker, long seed) {
    return new WalRuntime(ticker, new SplittableRandom(seed)::nextLong, "a simulation", true);
  }

  private static String thisProcess() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      host = "a host without a name";
    }
    return "pid %d on %s since %s"
        .formatted(
            ProcessHandle.current().pid(),
            host,
            InstantSource.system().instant().truncatedTo(ChronoUnit.SECONDS));
  }
}
