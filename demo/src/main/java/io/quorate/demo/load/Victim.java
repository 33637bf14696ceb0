package io.quorate.demo.load;

import io.quorate.demo.database.Department;
import java.util.Locale;
import java.util.Optional;

/** The processes that may be killed. */
public enum Victim {
  /** The order service, with the coordinator in it. */
  ORDER,
  STOCK,
  PAYMENT,
  SHIPPING;

  /** Its name in commands and logs. */
  public String lowerName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The department it is; empty for the order service. */
  public Optional<Department> department() {
    return this == ORDER ? Optional.empty() : Optional.of(Department.valueOf(name()));
  }
}
