/**
 * Traces and metrics by the OpenTelemetry API; without an SDK all of it does nothing. {@link
 * io.quorate.core.telemetry.TxTelemetry} turns the {@link io.quorate.core.tx.machine.TxEvent}s of
 * coordinators into spans and measurements; {@link io.quorate.core.telemetry.TxAttributes} has the
 * names, for views and tests.
 *
 * <table>
 * <caption>Spans</caption>
 * <tr><th>name</th><th>kind</th><th>what</th></tr>
 * <tr><td><i>family name</i>, as {@code saga place-order}</td><td>internal</td><td>one stretch of a
 *     transaction in one process: from its begin, its recovery or a person's decision, to its end,
 *     or to where it is parked. A child of the span that was current where it was started. Later
 *     stretches are spans of their own, linked to the one before: nobody was at work in between.</td></tr>
 * <tr><td><i>phase branch</i>, as {@code try stock}</td><td>client</td><td>one call to a
 *     participant, a child of the above, until its answer is durable. It is current while the
 *     participant's code runs, so it is what a remote participant is sent.</td></tr>
 * </table>
 *
 * Events on a transaction's span: {@code quorate.tx.decided}, {@code quorate.tx.retry}, {@code
 * quorate.tx.lock.wait}, {@code quorate.tx.parked}, {@code quorate.tx.resolved}.
 *
 * <table>
 * <caption>Attributes</caption>
 * <tr><th>name</th><th>on</th><th>value</th></tr>
 * <tr><td>{@code quorate.tx.id}</td><td>spans</td><td>the transaction</td></tr>
 * <tr><td>{@code quorate.tx.protocol.family}, {@code .name}</td><td>spans, metrics</td><td>its
 *     protocol; {@code unknown} where this process has not seen it begin</td></tr>
 * <tr><td>{@code quorate.tx.protocol.version}</td><td>spans</td><td>its protocol's version</td></tr>
 * <tr><td>{@code quorate.tx.recovered}</td><td>spans</td><td>{@code true} on a stretch that was taken
 *     up from the log</td></tr>
 * <tr><td>{@code quorate.tx.outcome}</td><td>spans, metrics</td><td>{@code done}, {@code undone};
 *     on spans also {@code parked}, and {@code left} where this process no longer follows
 *     it</td></tr>
 * <tr><td>{@code quorate.tx.branch}, {@code quorate.tx.phase}</td><td>spans of calls, metrics of
 *     calls</td><td>as in {@link io.quorate.core.tx.BranchRef}, the phase in lower case</td></tr>
 * <tr><td>{@code quorate.tx.attempt}, {@code quorate.tx.epoch}</td><td>spans of calls</td><td>as in
 *     {@link io.quorate.core.tx.BranchRef}</td></tr>
 * <tr><td>{@code quorate.tx.verdict}</td><td>spans of calls, metrics of calls</td><td>{@code ok},
 *     {@code no}, {@code conflict}, {@code ongoing}, {@code unknown}; on spans also {@code
 *     abandoned}</td></tr>
 * <tr><td>{@code quorate.tx.force}</td><td>metrics of the log</td><td>{@code forced} or {@code
 *     lazy}</td></tr>
 * <tr><td>{@code error.type}</td><td>spans, metrics of the log</td><td>as in the semantic
 *     conventions: the verdict {@code unknown} or {@code conflict}, {@code parked}, or the
 *     exception's class</td></tr>
 * </table>
 *
 * <table>
 * <caption>Metrics</caption>
 * <tr><th>name</th><th>kind</th><th>unit</th><th>attributes besides the protocol</th></tr>
 * <tr><td>{@code quorate.tx.started}</td><td>counter</td><td>{transaction}</td><td></td></tr>
 * <tr><td>{@code quorate.tx.recovered}</td><td>counter</td><td>{transaction}</td><td></td></tr>
 * <tr><td>{@code quorate.tx.ended}</td><td>counter</td><td>{transaction}</td><td>outcome</td></tr>
 * <tr><td>{@code quorate.tx.duration}, of those that began here</td><td>histogram</td><td>s</td>
 *     <td>outcome</td></tr>
 * <tr><td>{@code quorate.tx.call.duration}</td><td>histogram</td><td>s</td><td>branch, phase,
 *     verdict</td></tr>
 * <tr><td>{@code quorate.tx.retries}</td><td>counter</td><td>{retry}</td><td>branch,
 *     phase</td></tr>
 * <tr><td>{@code quorate.tx.lock.waits}</td><td>counter</td><td>{wait}</td><td></td></tr>
 * <tr><td>{@code quorate.tx.parks}</td><td>counter</td><td>{transaction}</td><td>branch</td></tr>
 * <tr><td>{@code quorate.tx.parked}</td><td>gauge</td><td>{transaction}</td><td>none; no
 *     protocol</td></tr>
 * <tr><td>{@code quorate.tx.recovery.lag}</td><td>gauge</td><td>s</td><td>none; no
 *     protocol</td></tr>
 * <tr><td>{@code quorate.tx.log.append.duration}; its count is the number of appends</td>
 *     <td>histogram</td><td>s</td><td>force, error.type; no protocol</td></tr>
 * </table>
 */
@NullMarked
package io.quorate.core.telemetry;

import org.jspecify.annotations.NullMarked;
