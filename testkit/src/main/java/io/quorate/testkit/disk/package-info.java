/**
 * A disk that can be broken. {@link io.quorate.testkit.disk.SimDisk} is a {@link
 * io.quorate.core.wal.Disk} that knows which bytes and names a power loss may take; a {@link
 * io.quorate.testkit.disk.FaultPlan} decides what goes wrong at which {@link
 * io.quorate.testkit.disk.Operation}; {@link io.quorate.testkit.disk.Choices} decide, by seed or
 * exhaustively, what survives.
 */
@NullMarked
package io.quorate.testkit.disk;

import org.jspecify.annotations.NullMarked;
