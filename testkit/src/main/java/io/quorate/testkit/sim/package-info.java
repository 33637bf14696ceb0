/**
 * A world in one thread, the same every time. {@link io.quorate.testkit.sim.SimWorld} has a virtual
 * clock, a queue of events and a seeded random; what happens is noted in a {@link
 * io.quorate.testkit.sim.SimTrace}, whose hash says whether two runs were the same. {@link
 * io.quorate.testkit.sim.SimTransactionLog} is a transaction log whose crashes lose exactly what
 * the contract allows.
 */
@NullMarked
package io.quorate.testkit.sim;

import org.jspecify.annotations.NullMarked;
