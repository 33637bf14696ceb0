package io.quorate.raftsim.invariant;

import io.quorate.raftsim.disk.StoredLog;
import java.util.List;

/** All nodes, and what they have agreed on. */
public interface GroupView {

  /** All nodes by id, members or not. */
  List<? extends NodeView> nodes();

  /** All that any node has ever called agreed on, from the first entry. */
  StoredLog agreed();

  /** A rule is broken. */
  void violate(String invariant, String what);
}
