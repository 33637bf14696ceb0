package io.quorate.core.wal;

/** Which room on the disk an append may take. */
public enum Room {
  /** Room beyond the reserve; refused with {@link WalFullException} while there is none. */
  NORMAL,
  /**
   * The reserve too: for what must still be written on a full disk, so that open work can end. At
   * least one whole segment when the disk fills up while the log is open.
   */
  RESERVE
}
