/** Tools to break a distributed protocol on purpose, deterministically. */
@NullMarked
package io.quorate.testkit;

import org.jspecify.annotations.NullMarked;
