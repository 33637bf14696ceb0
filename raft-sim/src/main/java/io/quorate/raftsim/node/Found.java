package io.quorate.raftsim.node;

import io.quorate.raftsim.disk.NodeDisk;
import io.quorate.raftsim.disk.StoredLog;
import java.io.IOException;

/** What a node that starts has found on its disk. */
final class Found {
  private Found() {}

  /** The entries. */
  static StoredLog entries(NodeDisk.Opened opened) throws IOException {
    StoredLog found = new StoredLog();
    long base = opened.restored().log().baseIndex();
    found.resetTo(base, opened.restored().log().baseTerm());
    long last = opened.restored().log().lastIndex();
    if (last > base) {
      opened.store().range(base + 1, last).read().forEach(found::append);
    }
    return found;
  }
}
