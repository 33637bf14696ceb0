/**
 * Participants over HTTP. {@link io.quorate.core.tx.remote.http.HttpParticipant} calls one; {@link
 * io.quorate.core.tx.remote.http.TxHttp} serves one, answers inquiries about transactions and lets
 * operators in, on the JDK's own server. Both sides keep the contract of {@code tx.remote}, so
 * either may be replaced by any other program that does.
 */
@NullMarked
package io.quorate.core.tx.remote.http;

import org.jspecify.annotations.NullMarked;
