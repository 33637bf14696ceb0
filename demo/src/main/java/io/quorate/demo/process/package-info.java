/**
 * Processes of our own. A {@link io.quorate.demo.process.Household} starts {@link
 * io.quorate.demo.process.ChildProcess}es and leaves none behind; inside a child, {@link
 * io.quorate.demo.process.Lifeline} says when it is ready and ends it when the parent is gone,
 * however it went: the parent's end of the child's standard input closes with it.
 */
@NullMarked
package io.quorate.demo.process;

import org.jspecify.annotations.NullMarked;
