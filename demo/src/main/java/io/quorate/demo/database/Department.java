package io.quorate.demo.database;

import java.util.Locale;

/** The parts of the shop that have a database of their own. */
public enum Department {
  STOCK,
  PAYMENT,
  SHIPPING;

  /** Its name in commands, logs and databases. */
  public String lowerName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
