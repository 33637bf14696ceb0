package io.quorate.docs;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import org.jspecify.annotations.Nullable;

/**
 * A parsed Java file. Parsing is the JDK's own, so a rule sees what the compiler sees: a word in a
 * comment or a string is not a call.
 *
 * @param name the file, relative to the root, with forward slashes
 * @param text what it holds
 * @param unit its syntax tree
 * @param trees where positions and Javadoc are found
 */
record Source(String name, String text, CompilationUnitTree unit, Trees trees) {

  /** The Java files below {@code folder} of these modules. */
  static List<Source> of(List<String> modules, String folder) {
    List<Path> files = new ArrayList<>();
    for (String module : modules) {
      Path top = House.ROOT.resolve(module).resolve(folder);
      if (!Files.isDirectory(top)) {
        continue;
      }
      try (Stream<Path> found = Files.walk(top)) {
        found.filter(file -> file.toString().endsWith(".java")).sorted().forEach(files::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    StandardJavaFileManager manager = Specimen.compiler().getStandardFileManager(null, null, null);
    List<JavaFileObject> objects = new ArrayList<>();
    manager.getJavaFileObjectsFromPaths(files).forEach(objects::add);
    return parse(objects, files.stream().map(file -> relative(House.ROOT, file)).toList());
  }

  /** One file that exists only in a test. */
  static Source of(String name, String text) {
    return parse(List.of(new Specimen.Text(text)), List.of(name)).getFirst();
  }

  private static List<Source> parse(List<JavaFileObject> files, List<String> names) {
    if (files.isEmpty()) {
      return List.of();
    }
    JavacTask task =
        (JavacTask)
            Specimen.compiler()
                .getTask(null, null, new DiagnosticCollector<>(), List.of(), null, files);
    Trees trees = Trees.instance(task);
    List<Source> sources = new ArrayList<>();
    try {
      for (CompilationUnitTree unit : task.parse()) {
        String text = unit.getSourceFile().getCharContent(true).toString();
        sources.add(new Source(names.get(sources.size()), text, unit, trees));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sources;
  }

  /** The line a tree starts at, counted from 1. */
  long line(Tree tree) {
    return lineAt(trees.getSourcePositions().getStartPosition(unit, tree));
  }

  /** How many lines a tree takes, its Javadoc not counted. */
  long lines(Tree tree) {
    return lineAt(trees.getSourcePositions().getEndPosition(unit, tree)) - line(tree) + 1;
  }

  /** A tree as it is written. */
  String written(Tree tree) {
    return text.substring(
        (int) trees.getSourcePositions().getStartPosition(unit, tree),
        (int) trees.getSourcePositions().getEndPosition(unit, tree));
  }

  /** The documentation comment before a tree, if there is one. */
  @Nullable String javadoc(TreePath path) {
    return trees.getDocComment(path);
  }

  /** A finding at a tree of this file. */
  Finding finding(Tree tree, String what) {
    return new Finding(name, line(tree), what);
  }

  static String relative(Path root, Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }

  private long lineAt(long position) {
    return unit.getLineMap().getLineNumber(position);
  }
}
