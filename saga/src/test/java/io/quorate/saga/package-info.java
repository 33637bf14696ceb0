/** Tests of sagas: the pure protocol by exact records and effects, then real logs. */
@NullMarked
package io.quorate.saga;

import org.jspecify.annotations.NullMarked;
