/**
 * The house's rules as tests. {@link io.quorate.docs.House} says what modules there are and which
 * way their arrows go; {@link io.quorate.docs.ClassRules}, {@link io.quorate.docs.SourceRules} and
 * {@link io.quorate.docs.TextRules} are functions from classes, parsed sources and text files to
 * {@link io.quorate.docs.Finding}s; the tests apply each rule to the house, where it must find
 * nothing, and to a specimen that breaks it, where it must find that.
 */
@NullMarked
package io.quorate.docs;

import org.jspecify.annotations.NullMarked;
