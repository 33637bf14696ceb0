package io.quorate.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reports as JSON files, one for each benchmark. */
public final class ReportFile {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private ReportFile() {}

  /** The report as JSON: its fields in their order, the date in ISO 8601. */
  static String json(Report report) {
    return JSON.writeValueAsString(report) + "\n";
  }

  /**
   * Writes {@code NAME.json} in one step, so that a reader never sees half a file.
   *
   * @return the file
   */
  public static Path write(Path directory, Report report) throws IOException {
    Files.createDirectories(directory);
    Path file = directory.resolve(report.name() + ".json");
    Path unfinished = directory.resolve(report.name() + ".json.tmp");
    Files.writeString(unfinished, json(report));
    return Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
