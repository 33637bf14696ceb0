/**
 * The proof. {@link io.quorate.demo.check.Audit} reads the three databases themselves, not what any
 * part of the shop says about them, and holds them against what the clients were told; each promise
 * becomes a {@link io.quorate.demo.check.Finding} with its figures.
 */
@NullMarked
package io.quorate.demo.check;

import org.jspecify.annotations.NullMarked;
