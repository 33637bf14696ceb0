package io.quorate.docs;

/**
 * Something a rule objects to.
 *
 * @param where a file relative to the root, or a class
 * @param line 1 for the first line; 0 where there is none
 * @param what what is wrong and what is expected
 */
record Finding(String where, long line, String what) {

  @Override
  public String toString() {
    return line == 0 ? where + ": " + what : where + ":" + line + ": " + what;
  }
}
