package io.quorate.demo.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a child runs, on this JVM's own Java and class path.
 *
 * @param main the class with the {@code main} method
 * @param arguments for everybody to see in a list of processes
 * @param environment what they should not see, such as the password in a URL
 */
public record Program(Class<?> main, List<String> arguments, Map<String, String> environment) {
  /** Six JVMs share the machine: they start fast and stay small, at the price of peak speed. */
  private static final List<String> SMALL =
      List.of(
          "-Xmx128m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "--enable-native-access=ALL-UNNAMED",
          "-Dslf4j.provider=org.slf4j.jul.JULServiceProvider",
          "-Djava.util.logging.SimpleFormatter.format=%1$tT.%1$tL %4$s %3$s: %5$s%6$s%n");

  private static final String DEAF = "trap '' INT HUP; exec \"$@\"";

  public Program {
    arguments = List.copyOf(arguments);
    environment = Map.copyOf(environment);
  }

  List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(SMALL);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(arguments);
    return deaf(command);
  }

  /**
   * The same command, started by a shell that turns off what a terminal sends to all processes at
   * once: on Ctrl-C the parent ends its children, in order.
   */
  static List<String> deaf(List<String> command) {
    List<String> deaf = new ArrayList<>(List.of("/bin/sh", "-c", DEAF, "sh"));
    deaf.addAll(command);
    return deaf;
  }
}
