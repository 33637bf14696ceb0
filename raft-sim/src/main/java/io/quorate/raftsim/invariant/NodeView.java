package io.quorate.raftsim.invariant;

import io.quorate.raft.core.Status;
import io.quorate.raftsim.disk.DiskState;
import io.quorate.raftsim.disk.StoredLog;

/** A node as those see it who judge. */
public interface NodeView {

  /** Which. */
  long id();

  /** Whether it runs. */
  boolean isUp();

  /** What it said after its latest step; of its latest start where it is down. */
  Status status();

  /** What it says now, in the middle of a step perhaps. */
  Status now();

  /** The entries it has written, durable or not. */
  StoredLog written();

  /** What its disk has promised to hold. */
  DiskState promised();
}
