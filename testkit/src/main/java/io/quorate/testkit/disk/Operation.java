package io.quorate.testkit.disk;

/**
 * One request to a {@link SimDisk}.
 *
 * @param index 0, 1, 2… over all requests that change something; -1 for a read
 * @param kind what is asked
 * @param ordinal 0, 1, 2… over the requests of this kind
 * @param file the name it is about; empty for the directory
 * @param offset where in the file, in bytes; 0 where it does not apply
 * @param bytes how many; 0 where it does not apply
 */
public record Operation(int index, Kind kind, int ordinal, String file, long offset, int bytes) {

  /** What can be asked of a disk. */
  public enum Kind {
    READ,
    CREATE,
    WRITE,
    FORCE,
    RENAME,
    DELETE,
    SYNC_DIRECTORY
  }
}
