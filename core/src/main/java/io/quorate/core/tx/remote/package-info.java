/**
 * Participants in other processes. {@link io.quorate.core.tx.remote.TxHeaders} is the contract that
 * all protocols share: it carries a {@link io.quorate.core.tx.BranchRef} in headers. A participant
 * is a {@link io.quorate.core.tx.remote.BranchHandler}; {@code remote.http} and {@code remote.grpc}
 * bring the calls to it and its {@link io.quorate.core.tx.Verdict}s back.
 *
 * <table>
 * <caption>The headers of a call</caption>
 * <tr><th>header</th><th>value</th></tr>
 * <tr><td>{@code Tx-Id}</td><td>the transaction</td></tr>
 * <tr><td>{@code Tx-Branch}</td><td>the participant's part in it</td></tr>
 * <tr><td>{@code Tx-Phase}</td><td>{@code try}, {@code confirm} or {@code cancel}</td></tr>
 * <tr><td>{@code Tx-Attempt}</td><td>1 for the first call of the phase</td></tr>
 * <tr><td>{@code Tx-Epoch}, {@code Tx-Epoch-Owner}</td><td>the coordinator's fencing token: a
 *     participant refuses a smaller number than it has seen</td></tr>
 * <tr><td>{@code Tx-Started}</td><td>when the transaction began, ISO 8601, in the log's time</td></tr>
 * <tr><td>{@code Idempotency-Key}</td><td>the same for every attempt of a phase of a branch</td></tr>
 * <tr><td>{@code traceparent}, {@code tracestate}</td><td>W3C Trace Context, where there is a
 *     trace</td></tr>
 * </table>
 *
 * <table>
 * <caption>The answers</caption>
 * <tr><th>verdict</th><th>HTTP</th><th>gRPC</th></tr>
 * <tr><td>{@code Ok}</td><td>2xx, the body is the result</td><td>OK, the message is the
 *     result</td></tr>
 * <tr><td>{@code No}</td><td>409, the body is the reason</td><td>FAILED_PRECONDITION or ABORTED
 *     with the trailer {@code tx-refused}</td></tr>
 * <tr><td>{@code Conflict}</td><td>409 with the header {@code Tx-Conflict}</td>
 *     <td>the same with {@code tx-conflict}</td></tr>
 * <tr><td>{@code Ongoing}</td><td>425, {@code Retry-After} in seconds</td><td>the same with
 *     {@code tx-ongoing}, in milliseconds</td></tr>
 * <tr><td>{@code Unknown}</td><td>everything else</td><td>everything else</td></tr>
 * </table>
 *
 * A definite answer is one that a participant gave on purpose. A status that a proxy, a framework
 * or a client library can make up, a reply cut short and a reply too long are all {@code Unknown}.
 */
@NullMarked
package io.quorate.core.tx.remote;

import org.jspecify.annotations.NullMarked;
