/**
 * The durable form of payloads: what a caller hands in, what a step returns. A {@link
 * io.quorate.core.tx.codec.Codec} turns a value into bytes and back; its type is checked when the
 * codec is made ({@link io.quorate.core.tx.codec.UnsupportedPayloadException}), each value when it
 * is written or read ({@link io.quorate.core.tx.codec.PayloadException}).
 *
 * <h2>Records as JSON</h2>
 *
 * A record is written as one JSON object (RFC 8259, UTF-8, no white space), so that a person can
 * read a log or a row without this library. Equal values give equal bytes.
 *
 * <table>
 * <caption>How a component is written</caption>
 * <tr><th>type</th><th>JSON</th></tr>
 * <tr><td>{@code boolean}, whole numbers, {@code BigInteger}, {@code BigDecimal}</td>
 *     <td>literal or number, with all its digits (up to 1000 characters)</td></tr>
 * <tr><td>{@code float}, {@code double}</td><td>number; NaN and infinities are refused</td></tr>
 * <tr><td>{@code String}, {@code char}, enum constants</td><td>string</td></tr>
 * <tr><td>{@code Instant}, {@code Duration}, {@code LocalDate}, {@code LocalTime},
 *     {@code LocalDateTime}, {@code OffsetDateTime}, {@code UUID}</td><td>string, ISO 8601 or RFC
 *     9562</td></tr>
 * <tr><td>{@code byte[]}</td><td>string, base64</td></tr>
 * <tr><td>{@code List<T>}</td><td>array; read as an unmodifiable list</td></tr>
 * <tr><td>{@code Set<T>}</td><td>array sorted by its elements' bytes; read as an unmodifiable set
 *     in that order</td></tr>
 * <tr><td>{@code Map<String, T>}</td><td>object sorted by key; read as an unmodifiable map in that
 *     order</td></tr>
 * <tr><td>{@code Optional<T>}, {@code @Nullable T}</td><td>as {@code T}; an empty one is left out,
 *     {@code null} within a collection</td></tr>
 * <tr><td>a record</td><td>object with the components in their order</td></tr>
 * <tr><td>a sealed interface of records and enums</td><td>object with one member, the simple name of
 *     the variant: {@code {"Card":{"number":"…"}}}</td></tr>
 * </table>
 *
 * <h2>How a type may change while its values are in a log</h2>
 *
 * <table>
 * <caption>Evolution</caption>
 * <tr><th>change</th><th>old bytes, new code</th><th>new bytes, old code</th></tr>
 * <tr><td>add an {@code Optional} or {@code @Nullable} component</td><td>read as empty</td>
 *     <td>ignored</td></tr>
 * <tr><td>add a {@code List}, {@code Set} or {@code Map}</td><td>read as empty</td>
 *     <td>ignored</td></tr>
 * <tr><td>add any other component</td><td>refused, naming it</td><td>ignored</td></tr>
 * <tr><td>remove a component</td><td>ignored</td><td>as "add", seen from the other side</td></tr>
 * <tr><td>reorder components, rename a record that is no variant</td><td>read</td>
 *     <td>read</td></tr>
 * <tr><td>rename a component, a variant or a constant</td><td>it is a removal and an addition</td>
 *     <td>the same</td></tr>
 * <tr><td>widen {@code int} to {@code long}, a whole number to {@code BigDecimal} or
 *     {@code double}</td><td>read</td><td>refused where it does not fit</td></tr>
 * <tr><td>add a variant or a constant</td><td>read</td><td>refused, naming those known</td></tr>
 * </table>
 *
 * "Refused" never loses anything: the bytes stay in the log, and code that knows the type reads
 * them again.
 */
@NullMarked
package io.quorate.core.tx.codec;

import org.jspecify.annotations.NullMarked;
