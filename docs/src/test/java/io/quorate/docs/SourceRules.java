package io.quorate.docs;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.SynchronizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;
import org.jspecify.annotations.Nullable;

/** Rules on Java as it is written. */
final class SourceRules {
  /** The longest file, in lines. */
  static final int FILE_LINES_MAX = 500;

  /** The longest method, in lines, from its annotations to its closing brace. */
  static final int METHOD_LINES_MAX = 60;

  private static final Pattern SENTENCE = Pattern.compile("[a-z][a-z0-9]*(_[A-Za-z0-9]+)+");
  private static final Set<String> TESTS =
      Set.of("Test", "ParameterizedTest", "RepeatedTest", "TestFactory", "TestTemplate");

  private SourceRules() {}

  /** Files tell one idea. */
  static List<Finding> longFiles(List<Source> sources) {
    return sources.stream()
        .filter(source -> source.text().lines().count() > FILE_LINES_MAX)
        .map(
            source ->
                new Finding(
                    source.name(),
                    0,
                    "%d lines (expected: <= %d)"
                        .formatted(source.text().lines().count(), FILE_LINES_MAX)))
        .toList();
  }

  /** Methods fit on a page. */
  static List<Finding> longMethods(List<Source> sources) {
    return each(
        sources,
        MethodTree.class,
        (in, method) -> {
          long lines = in.source.lines(method);
          if (lines > METHOD_LINES_MAX) {
            in.report(
                method,
                "%s: %d lines (expected: <= %d)"
                    .formatted(method.getName(), lines, METHOD_LINES_MAX));
          }
        });
  }

  /** Locks are ReentrantLocks: a monitor pins the virtual thread that blocks inside it. */
  static List<Finding> monitors(List<Source> sources) {
    List<Finding> findings =
        each(
            sources,
            SynchronizedTree.class,
            (in, block) -> in.report(block, "synchronized block (expected: ReentrantLock)"));
    findings.addAll(
        each(
            sources,
            MethodTree.class,
            (in, method) -> {
              if (method.getModifiers().getFlags().contains(Modifier.SYNCHRONIZED)) {
                in.report(method, "synchronized method (expected: ReentrantLock)");
              }
            }));
    return findings;
  }

  /** A catch block does something, or says why it does nothing. */
  static List<Finding> silentCatches(List<Source> sources) {
    return each(
        sources,
        CatchTree.class,
        (in, caught) -> {
          String body = in.source.written(caught.getBlock());
          if (body.substring(1, body.length() - 1).isBlank()) {
            in.report(caught, "empty catch (expected: a comment that says why)");
          }
        });
  }

  /** Libraries log, they do not print; a file with a {@code main} is a command and may. */
  static List<Finding> prints(List<Source> sources) {
    List<Finding> findings =
        each(
            sources.stream().filter(source -> !isCommand(source)).toList(),
            MemberSelectTree.class,
            (in, select) -> {
              String written = in.source.written(select).replaceAll("\\s", "");
              if (written.matches("(java\\.lang\\.)?System\\.(out|err)")) {
                in.report(select, written + " (expected: a logger)");
              }
            });
    findings.addAll(
        each(
            sources,
            MethodInvocationTree.class,
            (in, call) -> {
              if (call.getMethodSelect() instanceof MemberSelectTree select
                  && select.getIdentifier().contentEquals("printStackTrace")) {
                in.report(call, "printStackTrace (expected: a logger)");
              }
            }));
    return findings;
  }

  private static boolean isCommand(Source source) {
    return source.unit().getTypeDecls().stream()
        .filter(ClassTree.class::isInstance)
        .flatMap(type -> ((ClassTree) type).getMembers().stream())
        .anyMatch(
            member ->
                member instanceof MethodTree method && method.getName().contentEquals("main"));
  }

  /** Public classes are not made to be extended, unless they say by whom. */
  static List<Finding> openClasses(List<Source> sources) {
    return each(
        sources,
        ClassTree.class,
        (in, type) -> {
          Set<Modifier> flags = type.getModifiers().getFlags();
          if (type.getKind() == Tree.Kind.CLASS
              && in.isPublic()
              && !flags.contains(Modifier.FINAL)
              && !flags.contains(Modifier.SEALED)) {
            in.report(type, type.getSimpleName() + ": open (expected: final or sealed)");
          }
        });
  }

  /** Public types and methods say what they promise. */
  static List<Finding> undocumented(List<Source> sources) {
    List<Finding> findings =
        each(
            sources,
            ClassTree.class,
            (in, type) -> {
              if (in.isPublic() && in.source.javadoc(in.path()) == null) {
                in.report(type, type.getSimpleName() + ": no Javadoc");
              }
            });
    findings.addAll(
        each(
            sources,
            MethodTree.class,
            (in, method) -> {
              boolean exempt =
                  method.getReturnType() == null
                      || method.getName().contentEquals("main")
                      || isAnnotated(method.getModifiers(), Set.of("Override"));
              if (!exempt && in.isPublic() && in.source.javadoc(in.path()) == null) {
                in.report(method, method.getName() + ": no Javadoc");
              }
            }));
    return findings;
  }

  /** Tests are sentences, and none is switched off. */
  static List<Finding> testNames(List<Source> sources) {
    List<Finding> findings =
        each(
            sources,
            MethodTree.class,
            (in, method) -> {
              if (isAnnotated(method.getModifiers(), TESTS)
                  && !SENTENCE.matcher(method.getName()).matches()) {
                in.report(method, method.getName() + " (expected: a_sentence_in_snake_case)");
              }
            });
    findings.addAll(
        each(
            sources,
            AnnotationTree.class,
            (in, annotation) -> {
              if (annotation.getAnnotationType().toString().matches("(.*\\.)?Disabled")) {
                in.report(annotation, "a test that is switched off");
              }
            }));
    return findings;
  }

  private static boolean isAnnotated(ModifiersTree modifiers, Set<String> names) {
    return modifiers.getAnnotations().stream()
        .map(annotation -> annotation.getAnnotationType().toString())
        .anyMatch(name -> names.contains(name.substring(name.lastIndexOf('.') + 1)));
  }

  /** Every package has a {@code @NullMarked} package-info. */
  static List<Finding> unmarkedPackages(List<Source> sources) {
    Set<String> marked = new HashSet<>();
    for (Source source : sources) {
      boolean isMarked =
          source.unit().getPackageAnnotations().stream()
              .anyMatch(a -> a.getAnnotationType().toString().endsWith("NullMarked"));
      if (source.name().endsWith("/package-info.java") && isMarked) {
        marked.add(folder(source));
      }
    }
    return sources.stream()
        .map(SourceRules::folder)
        .distinct()
        .filter(folder -> !marked.contains(folder))
        .map(folder -> new Finding(folder, 0, "no package-info.java with @NullMarked"))
        .toList();
  }

  private static String folder(Source source) {
    return source.name().substring(0, source.name().lastIndexOf('/'));
  }

  private static <T extends Tree> List<Finding> each(
      List<Source> sources, Class<T> kind, BiConsumer<Visit, T> rule) {
    List<Finding> findings = new ArrayList<>();
    for (Source source : sources) {
      new Visit(
              source,
              findings,
              (visit, tree) -> {
                if (kind.isInstance(tree)) {
                  rule.accept(visit, kind.cast(tree));
                }
              })
          .scan(source.unit(), null);
    }
    return findings;
  }

  /** One walk over one file. */
  private static final class Visit extends TreeScanner<@Nullable Void, @Nullable Void> {
    private final Source source;
    private final List<Finding> findings;
    private final BiConsumer<Visit, Tree> rule;
    private TreePath at;

    Visit(Source source, List<Finding> findings, BiConsumer<Visit, Tree> rule) {
      this.source = source;
      this.findings = findings;
      this.rule = rule;
      this.at = new TreePath(source.unit());
    }

    @Override
    public @Nullable Void scan(@Nullable Tree tree, @Nullable Void nothing) {
      if (tree == null) {
        return null;
      }
      TreePath parent = at;
      at = tree == source.unit() ? parent : new TreePath(parent, tree);
      rule.accept(this, tree);
      super.scan(tree, nothing);
      at = parent;
      return null;
    }

    TreePath path() {
      return at;
    }

    void report(Tree tree, String what) {
      findings.add(source.finding(tree, what));
    }

    /** Whether the tree being visited, and all that encloses it, can be seen by users. */
    boolean isPublic() {
      for (TreePath p = at; p != null; p = p.getParentPath()) {
        Tree tree = p.getLeaf();
        Set<Modifier> flags =
            switch (tree) {
              case ClassTree type -> type.getModifiers().getFlags();
              case MethodTree method -> method.getModifiers().getFlags();
              default -> Set.of(Modifier.PUBLIC);
            };
        boolean local = tree instanceof MethodTree && p != at;
        boolean implicitly =
            p.getParentPath() != null
                && p.getParentPath().getLeaf() instanceof ClassTree outer
                && (outer.getKind() == Tree.Kind.INTERFACE
                    || outer.getKind() == Tree.Kind.ANNOTATION_TYPE)
                && !flags.contains(Modifier.PRIVATE);
        if (local || !(implicitly || flags.contains(Modifier.PUBLIC))) {
          return false;
        }
      }
      return true;
    }
  }
}
