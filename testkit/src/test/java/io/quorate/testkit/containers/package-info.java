/**
 * Tests against servers in containers; they run in the profile {@code containers}. {@link
 * io.quorate.testkit.containers.NeedsDocker} marks them and skips them, with a sentence, where no
 * Docker answers; {@link io.quorate.testkit.containers.Images} names the images.
 */
@NullMarked
package io.quorate.testkit.containers;

import org.jspecify.annotations.NullMarked;
