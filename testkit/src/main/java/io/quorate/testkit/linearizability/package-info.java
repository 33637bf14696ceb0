/**
 * Is a history of concurrent calls linearizable? A {@link
 * io.quorate.testkit.linearizability.HistoryRecorder} writes down what clients saw, or a {@link
 * io.quorate.testkit.linearizability.HistoryReader} reads it from a file; {@link
 * io.quorate.testkit.linearizability.Linearizability} looks for one order of the calls that a
 * {@link io.quorate.testkit.linearizability.Model} accepts and that agrees with real time. Its
 * {@link io.quorate.testkit.linearizability.Verdict} is such an order, a violation, or that a limit
 * came first.
 *
 * <pre>
 *   clients ──▶ HistoryRecorder ─┐
 *                                ├─▶ History ──▶ Linearizability ──▶ Verdict ──▶ ViolationPage
 *   file ─────▶ HistoryReader ───┘                     ▲
 *                                                    Model
 * </pre>
 */
@NullMarked
package io.quorate.testkit.linearizability;

import org.jspecify.annotations.NullMarked;
