/** Sagas: long transactions made of local ones, with compensations. */
@NullMarked
package io.quorate.saga;

import org.jspecify.annotations.NullMarked;
