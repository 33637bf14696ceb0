/**
 * The shop's three databases on one server. {@link io.quorate.demo.database.PostgresMain} is the
 * process that keeps a server of its own; {@link io.quorate.demo.database.Databases} makes the
 * databases there, or on a server that is given, and names them.
 */
@NullMarked
package io.quorate.demo.database;

import org.jspecify.annotations.NullMarked;
