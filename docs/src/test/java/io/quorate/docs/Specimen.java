package io.quorate.docs;

import static java.util.Objects.requireNonNull;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Java text compiled by a test, against this JVM's class path. */
final class Specimen {
  private static final Pattern PACKAGE = Pattern.compile("(?m)^\\s*package\\s+([\\w.]+)\\s*;");
  private static final Pattern TYPE =
      Pattern.compile("\\b(?:class|interface|enum|record)\\s+([A-Z]\\w*)");

  private Specimen() {}

  /** Compiles whole source files into {@code out} and returns what the compiler objects to. */
  static List<String> errors(Path out, List<String> sources) {
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    JavaCompiler compiler = compiler();
    List<String> options =
        List.of("-d", out.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none");
    boolean ok =
        compiler
            .getTask(
                null, null, diagnostics, options, null, sources.stream().map(Text::new).toList())
            .call();
    List<String> errors = new ArrayList<>();
    for (Diagnostic<? extends JavaFileObject> diagnostic : diagnostics.getDiagnostics()) {
      if (diagnostic.getKind() == Diagnostic.Kind.ERROR) {
        errors.add(diagnostic.getLineNumber() + ": " + diagnostic.getMessage(Locale.ROOT));
      }
    }
    return ok || !errors.isEmpty() ? errors : List.of("0: javac failed and did not say why");
  }

  /** The classes of whole source files, which must compile. */
  static JavaClasses classes(Path out, String... sources) {
    List<String> errors = errors(out, List.of(sources));
    if (!errors.isEmpty()) {
      throw new IllegalArgumentException("specimen: " + errors + " (expected: it compiles)");
    }
    return new ClassFileImporter().importPath(out);
  }

  static JavaCompiler compiler() {
    return requireNonNull(ToolProvider.getSystemJavaCompiler(), "tests run on a JDK");
  }

  /** A source file held in memory, named after its package and first type. */
  static final class Text extends SimpleJavaFileObject {
    private final String source;

    Text(String source) {
      super(URI.create("string:///" + path(source)), Kind.SOURCE);
      this.source = source;
    }

    private static String path(String source) {
      Matcher inPackage = PACKAGE.matcher(source);
      Matcher type = TYPE.matcher(source);
      String folder = inPackage.find() ? inPackage.group(1).replace('.', '/') + "/" : "";
      return folder + (type.find() ? type.group(1) : "package-info") + ".java";
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return source;
    }
  }

  /** Reads a file as text. */
  static String read(Path file) {
    try {
      return java.nio.file.Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }
}
