package io.quorate.benchmarks.kit;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * The entry point of a measured process.
 *
 * <p>Standard output carries lines for the parent only: {@value #SAMPLE} and a {@link
 * Sample#encoded()} for each load, then {@value #DONE}; what the subject prints goes to standard
 * error. Standard input carries nothing: its end means that the parent is gone, and this process
 * ends at once, so that none is left behind.
 */
public final class ForkMain {
  /** Starts a line with a sample. */
  public static final String SAMPLE = "sample ";

  /** The last line of a task that was carried out. */
  public static final String DONE = "done";

  private static final Duration GRACE = Duration.ofSeconds(20);
  private static final int EXIT_FAILED = 1;
  private static final int EXIT_ABANDONED = 3;

  private ForkMain() {}

  /** Carries out a {@link ForkSpec}; exits with 0 if the task was done, with 1 if it failed. */
  public static void main(String[] arguments) {
    PrintStream parent =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    Thread.ofPlatform().daemon().name("parent-watch").start(ForkMain::endWithParent);
    int exit = 0;
    try {
      run(ForkSpec.parse(List.of(arguments)), parent);
      parent.println(DONE);
    } catch (Throwable failed) {
      failed.printStackTrace();
      exit = EXIT_FAILED;
    }
    // Not a plain return: subjects may leave threads that are not daemons.
    System.exit(exit);
  }

  private static void run(ForkSpec spec, PrintStream parent) throws Exception {
    try (Subject subject = open(spec)) {
      LoadGenerator generator = new LoadGenerator(subject, spec.database(), GRACE);
      switch (spec.task()) {
        case ForkSpec.Measure measure -> {
          generator.warmUp(measure.deepest(), measure.firstWarmup());
          for (Load load : measure.loads()) {
            Sample sample = generator.measure(load, measure.warmup(), measure.measured());
            parent.println(SAMPLE + sample.encoded());
          }
        }
        case ForkSpec.Count count -> generator.count(count.operations());
      }
      generator.requireAllApplied();
    }
  }

  /** By reflection, because the parent names a class that is on this process's class path only. */
  private static Subject open(ForkSpec spec) throws Exception {
    try {
      return Class.forName(spec.subject())
          .asSubclass(Subject.class)
          .getDeclaredConstructor(SubjectContext.class)
          .newInstance(spec.context());
    } catch (InvocationTargetException failed) {
      throw new IllegalStateException(spec.subject() + " did not open", failed.getCause());
    }
  }

  private static void endWithParent() {
    try {
      while (System.in.read() >= 0) {}
    } catch (IOException brokenPipe) {
      // The same as an end.
    }
    Runtime.getRuntime().halt(EXIT_ABANDONED);
  }
}
