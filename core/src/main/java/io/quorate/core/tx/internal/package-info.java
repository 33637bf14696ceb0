/**
 * What the JDBC log and the barrier share; not for users. {@link
 * io.quorate.core.tx.internal.SqlFailures} reads what a driver's error says about the world, {@link
 * io.quorate.core.tx.internal.SqlScript} runs a schema from the classpath.
 */
@NullMarked
package io.quorate.core.tx.internal;

import org.jspecify.annotations.NullMarked;
