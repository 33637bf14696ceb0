package io.quorate.core.wal;

import java.util.List;

/**
 * What opening a log found, and did.
 *
 * @param verdict the worst that was found
 * @param firstPosition the oldest position still held
 * @param provenPosition everything before it had been made durable: later records, a seal or a
 *     later segment say so. Behind it, the log cannot know what was acknowledged
 * @param nextPosition where the next record goes; all that was delivered before it is durable now
 * @param records how many records can be replayed
 * @param tornBytes how many bytes of an unfinished last batch were cut off; none of it was
 *     acknowledged
 * @param lost what cannot be read, in order; empty unless the verdict is SUSPECT or ROTTEN
 */
public record Recovery(
    Verdict verdict,
    long firstPosition,
    long provenPosition,
    long nextPosition,
    long records,
    long tornBytes,
    List<LostRange> lost) {

  /** What can have happened to a log, from good to bad. */
  public enum Verdict {
    /** Every byte is as it was written. */
    CLEAN,
    /** A crash cut the last batch off; none of what is missing was acknowledged. */
    TORN,
    /** Part of the last batch is damaged in a way no crash does: it may have been acknowledged. */
    SUSPECT,
    /** Part of what had been durable is damaged. */
    ROTTEN
  }

  public Recovery {
    lost = List.copyOf(lost);
  }
}
