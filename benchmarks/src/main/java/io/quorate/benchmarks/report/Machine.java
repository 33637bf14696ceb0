package io.quorate.benchmarks.report;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where figures were taken.
 *
 * @param cpus how many the JVM may use
 * @param cpuModel as the kernel names it, or {@code unknown}
 * @param memoryMiB of the machine
 * @param jdk vendor and version
 * @param kernel name, version and architecture
 * @param fs the type of the file system that was written to
 * @param loadBefore the system's load average over a minute when the run began: how busy others
 *     were; negative where unknown
 * @param services servers the subjects used
 */
public record Machine(
    int cpus,
    String cpuModel,
    long memoryMiB,
    String jdk,
    String kernel,
    String fs,
    double loadBefore,
    List<String> services) {

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final String MODEL = "model name";

  public Machine {
    services = List.copyOf(services);
  }

  /**
   * This machine, now.
   *
   * @param work a directory on the measured file system
   */
  public static Machine here(Path work) throws IOException {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        readCpuModel(),
        system.getTotalMemorySize() >> 20,
        System.getProperty("java.vendor") + " " + Runtime.version(),
        String.join(" ", system.getName(), system.getVersion(), system.getArch()),
        Files.getFileStore(work).type(),
        Row.rounded(system.getSystemLoadAverage()),
        List.of());
  }

  /** The same machine with one more server on it. */
  public Machine with(String service) {
    return new Machine(
        cpus,
        cpuModel,
        memoryMiB,
        jdk,
        kernel,
        fs,
        loadBefore,
        Stream.concat(services.stream(), Stream.of(service)).toList());
  }

  private static String readCpuModel() throws IOException {
    if (!Files.isReadable(CPU_INFO)) {
      return "unknown";
    }
    try (Stream<String> lines = Files.lines(CPU_INFO)) {
      return lines
          .filter(line -> line.startsWith(MODEL))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    }
  }

  /** One line for people. */
  public String inWords() {
    return String.join(
        " · ",
        Stream.concat(
                Stream.of(
                    cpus + " × " + cpuModel,
                    memoryMiB + " MiB",
                    jdk,
                    kernel,
                    fs,
                    "load before " + loadBefore),
                services.stream())
            .toList());
  }
}
