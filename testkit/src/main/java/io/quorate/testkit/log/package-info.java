/**
 * The promises of {@link io.quorate.core.tx.log.TransactionLog} as tests. Extend {@link
 * io.quorate.testkit.log.TransactionLogContract}, hand it a {@link io.quorate.testkit.log.LogHome}
 * (where the log lives, and how to crash it and move its clocks), and every promise is checked.
 */
@NullMarked
package io.quorate.testkit.log;

import org.jspecify.annotations.NullMarked;
