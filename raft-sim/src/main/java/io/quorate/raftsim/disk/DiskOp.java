package io.quorate.raftsim.disk;

import java.util.function.Consumer;

/**
 * Something that was asked of a store.
 *
 * @param write its number; 0 for what has none
 * @param effect what it does to a disk
 */
record DiskOp(long write, Consumer<DiskState> effect) {}
