package io.quorate.testkit.crash;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says which invariants a test shows to hold, or to be caught when they do not:
 * {@code @Verifies("INV-tx-C")}. Documentation lists tests by it.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Verifies {

  /** Ids of {@link Invariant}s. */
  String[] value();
}
