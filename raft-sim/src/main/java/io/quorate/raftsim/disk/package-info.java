/**
 * Disks that fail by seed. A {@link io.quorate.raftsim.disk.NodeDisk} outlives a node's crashes; a
 * {@link io.quorate.raftsim.disk.WatchedStore} stands between a node and its store and keeps what
 * the store has promised to be durable as a {@link io.quorate.raftsim.disk.DiskState}.
 */
@NullMarked
package io.quorate.raftsim.disk;

import org.jspecify.annotations.NullMarked;
