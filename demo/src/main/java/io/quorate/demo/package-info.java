/**
 * {@code ./quorate demo}: a shop of five processes on real PostgreSQL that is killed while it works
 * and accounts for every cent afterwards. {@link io.quorate.demo.Demo} is the command; {@code
 * Story} tells what happens in which order, {@code Shop} holds the processes, {@code Report} the
 * figures.
 */
@NullMarked
package io.quorate.demo;

import org.jspecify.annotations.NullMarked;
