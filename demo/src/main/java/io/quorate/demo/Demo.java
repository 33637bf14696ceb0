package io.quorate.demo;

import io.quorate.core.time.Ticker;
import io.quorate.demo.database.Databases;
import io.quorate.demo.process.Household;
import io.quorate.demo.view.Screen;
import io.quorate.demo.view.Terminal;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * {@code ./quorate demo}: the whole system as one shop. Ends with 0 only if every invariant holds.
 */
public final class Demo {
  private static final int HELD = 0;
  private static final int BROKEN = 1;
  private static final int WRONG_USE = 2;

  private final Options options;
  private final Screen screen;
  private final RunFolder folder;
  private final Household household;
  private final ReentrantLock ending = new ReentrantLock();
  private volatile boolean interrupted;
  private boolean ended;
  private volatile @Nullable Databases toDrop;

  private Demo(Options options, Screen screen, RunFolder folder) {
    this.options = options;
    this.screen = screen;
    this.folder = folder;
    this.household = new Household(folder.logs());
  }

  public static void main(String[] args) throws IOException {
    Options options;
    try {
      options = Options.parse(args, RandomGenerator.getDefault().nextInt(1, 1_000_000));
    } catch (Options.Wrong wrong) {
      System.err.println("quorate demo: " + wrong.getMessage());
      System.exit(WRONG_USE);
      return;
    }
    if (options.help()) {
      System.out.println(Options.USAGE);
      return;
    }
    // One channel needs no native transport, and newer JVMs warn where a library loads one.
    System.setProperty("io.grpc.netty.shaded.io.netty.transport.noNative", "true");
    // Whatever the locale says: the marks are UTF-8.
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    Terminal terminal = options.headless() ? Terminal.PLAIN : Terminal.detect(System.getenv());
    Screen screen = new Screen(out, terminal, Ticker.system());
    Demo demo = new Demo(options, screen, RunFolder.create(System.getProperty("quorate.root")));
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(demo::interrupted));
    System.exit(demo.run());
  }

  private int run() {
    screen.line("Quorate demo, seed %d".formatted(options.seed()));
    boolean held = false;
    try {
      Story story = new Story(options, screen, folder, household, Ticker.system());
      Databases databases = story.openDatabases();
      if (options.jdbcUrl().isPresent()) {
        toDrop = databases;
      }
      held = story.run(databases);
    } catch (InterruptedException | IOException | SQLException | RuntimeException failed) {
      // Interrupted by a signal, everything fails that is under way.
      if (!interrupted) {
        screen.tell("failed", failed.toString());
      }
    }
    end(options.keep() || !held);
    return held ? HELD : BROKEN;
  }

  /** The shutdown hook, of a normal end too: there is nothing left to do then. */
  private void interrupted() {
    interrupted = true;
    end(options.keep());
  }

  /** Ends all processes and, unless they are kept, removes the data. The first call decides. */
  private void end(boolean keep) {
    ending.lock();
    try {
      if (!ended) {
        ended = true;
        household.close();
        if (interrupted) {
          screen.line("interrupted; all processes are ended");
        }
        if (keep) {
          screen.line("data and logs: " + folder.path());
        } else {
          drop();
          folder.delete();
        }
      }
    } catch (SQLException | RuntimeException failed) {
      screen.line("not all could be removed: " + failed);
    } finally {
      ending.unlock();
    }
  }

  private void drop() throws SQLException {
    Databases databases = toDrop;
    if (databases != null) {
      databases.drop();
    }
  }
}
