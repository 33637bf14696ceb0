/**
 * The shop's customers. {@link io.quorate.demo.load.OrderMix} makes up orders from a seed, {@link
 * io.quorate.demo.load.Opening} fills the databases for them, {@link io.quorate.demo.load.Clients}
 * place them and keep in {@link io.quorate.demo.load.Answers} what they were told; {@link
 * io.quorate.demo.load.Chaos} kills processes meanwhile.
 */
@NullMarked
package io.quorate.demo.load;

import org.jspecify.annotations.NullMarked;
