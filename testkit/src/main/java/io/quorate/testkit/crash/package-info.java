/**
 * Crash-point testing of transaction protocols. {@link io.quorate.testkit.crash.CrashPoints} runs a
 * protocol again and again on a simulated log, and lets it die at every append and every message;
 * each run is checked against the {@link io.quorate.testkit.crash.Invariants}. What it finds is a
 * {@link io.quorate.testkit.crash.CrashViolation} with a trace and a line that repeats it.
 *
 * <pre>
 *   CrashPoints ──▶ choices ──▶ one run: coordinators, network, participants ──▶ invariants
 *        ▲             │                                                            │
 *        └── next ─────┘            CrashReport  ◀── all hold ── ┴ ── one does not ─┴▶ CrashViolation
 * </pre>
 */
@NullMarked
package io.quorate.testkit.crash;

import org.jspecify.annotations.NullMarked;
