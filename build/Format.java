import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The format gate: {@code java -cp google-java-format-all-deps.jar Format.java check|apply ROOT
 * MEMORY}.
 *
 * <p>{@code check} names every Java file below ROOT that google-java-format would change and ends
 * with 1; {@code apply} rewrites them. Files whose very bytes were found formatted before are
 * remembered in MEMORY, by digest, and are not parsed again. MEMORY's name holds the formatter's
 * version, so another version starts from nothing.
 */
final class Format {
  private static final Set<String> SKIPPED = Set.of("target", "node_modules");

  private final Formatter formatter = new Formatter();
  private final boolean apply;
  private final Path root;
  private final Set<String> known;
  private final Set<String> formatted = new TreeSet<>();
  private final List<String> wrong = new ArrayList<>();
  private final List<String> broken = new ArrayList<>();

  private Format(boolean apply, Path root, Set<String> known) {
    this.apply = apply;
    this.root = root;
    this.known = known;
  }

  public static void main(String[] args) throws IOException {
    if (args.length != 3 || !Set.of("check", "apply").contains(args[0])) {
      System.err.println(
          "format.mode: " + (args.length == 0 ? "" : args[0]) + " (expected: check or apply)");
      System.exit(2);
    }
    Path root = Path.of(args[1]).toAbsolutePath().normalize();
    Path memory = Path.of(args[2]);
    Set<String> known = Files.exists(memory) ? new HashSet<>(Files.readAllLines(memory)) : Set.of();
    Format format = new Format(args[0].equals("apply"), root, known);
    for (Path file : sources(root)) {
      format.visit(file);
    }
    Files.createDirectories(memory.toAbsolutePath().getParent());
    Files.write(memory, format.formatted);
    System.exit(format.report());
  }

  private static List<Path> sources(Path root) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            String name = dir.getFileName().toString();
            boolean skipped = SKIPPED.contains(name) || (name.startsWith(".") && !dir.equals(root));
            return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java")) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    files.sort(null);
    return files;
  }

  private void visit(Path file) throws IOException {
    String source = Files.readString(file);
    if (known.contains(digest(source))) {
      formatted.add(digest(source));
      return;
    }
    String name = root.relativize(file).toString();
    try {
      String wanted = formatter.formatSourceAndFixImports(source);
      if (!wanted.equals(source)) {
        wrong.add(name);
      }
      if (apply && !wanted.equals(source)) {
        Files.writeString(file, wanted);
      }
      if (apply || wanted.equals(source)) {
        formatted.add(digest(wanted));
      }
    } catch (FormatterException e) {
      e.diagnostics().forEach(d -> broken.add(name + ":" + d));
    }
  }

  private int report() {
    broken.forEach(line -> System.err.println("cannot be parsed: " + line));
    if (apply) {
      wrong.forEach(name -> System.out.println("formatted " + name));
      return broken.isEmpty() ? 0 : 1;
    }
    wrong.forEach(name -> System.err.println("not formatted: " + name));
    if (!wrong.isEmpty()) {
      System.err.println(
          "To format: ./quorate format (or ./mvnw -q -pl . validate -Dformat.mode=apply)");
    }
    return broken.isEmpty() && wrong.isEmpty() ? 0 : 1;
  }

  private static String digest(String source) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(source.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
