package io.quorate.core.wal;

import java.io.IOException;
import java.util.List;

/**
 * One flat directory of files, and exactly the operations whose durability the log reasons about.
 *
 * <p><b>Durability.</b> Nothing survives a power loss unless it was asked for: bytes by {@link
 * DiskFile#force}, names by {@link #syncDirectory}. Until then any subset of the 512-byte sectors
 * written and any subset of the names changed may survive. A sector survives whole or not at all.
 *
 * <p><b>Errors.</b> Every method throws {@link IOException} when the storage says no. After a
 * failed write or force the contents are unknown; the log never tries again.
 *
 * <p><b>Threads.</b> Safe for use by several threads, except that one {@link DiskFile} is used by
 * one thread at a time.
 */
public interface Disk {

  /** Names the directory in messages to people. */
  String describe();

  /**
   * Makes the directory if it is missing, durably.
   *
   * @throws java.nio.file.NotDirectoryException when something else has its name
   */
  void createDirectory() throws IOException;

  /** The names of the files, in no order; empty when there is no directory. */
  List<String> list() throws IOException;

  /**
   * Creates an empty file and opens it to read and write.
   *
   * @throws java.nio.file.FileAlreadyExistsException when the name is taken
   */
  DiskFile create(String name) throws IOException;

  /**
   * Opens a file to read and write.
   *
   * @throws java.nio.file.NoSuchFileException when there is none
   */
  DiskFile open(String name) throws IOException;

  /**
   * Opens a file to read. Neither needs nor takes the right to write.
   *
   * @throws java.nio.file.NoSuchFileException when there is none
   */
  DiskFile openForReading(String name) throws IOException;

  /** Gives a file another name, atomically; open files follow it. */
  void rename(String from, String to) throws IOException;

  /** Removes a name; what has the file open can go on with it. */
  void delete(String name) throws IOException;

  /** Makes all names created, changed and removed before this call durable. */
  void syncDirectory() throws IOException;

  /** How many bytes may still be written, as far as the storage can tell. */
  long usableBytes() throws IOException;

  /**
   * Becomes the one owner of the directory, until closed or until the process ends, however it
   * ends.
   *
   * @param name the file that carries the lock
   * @param owner who asks: left in the file for people to read, if there is room for it; the name
   *     of another is never left there
   * @throws DiskOwnedException when another owner lives
   */
  AutoCloseable lock(String name, String owner) throws IOException;

  /**
   * Fails if the directory has a living owner. Changes nothing, not even the lock's file.
   *
   * @throws DiskOwnedException when it has
   */
  void requireUnowned(String name) throws IOException;
}
