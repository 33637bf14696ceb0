/** How often, and how far apart, something is tried again. */
@NullMarked
package io.quorate.core.retry;

import org.jspecify.annotations.NullMarked;
