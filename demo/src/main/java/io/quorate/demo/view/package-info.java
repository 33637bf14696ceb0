/**
 * What a person sees: {@link io.quorate.demo.view.Screen} prints the story line by line and shows
 * progress, as a bar on a terminal and as plain lines elsewhere; {@link
 * io.quorate.demo.view.TextTable} lines up figures.
 */
@NullMarked
package io.quorate.demo.view;

import org.jspecify.annotations.NullMarked;
