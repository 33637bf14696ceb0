package io.quorate.benchmarks.run;

import io.quorate.benchmarks.kit.Sample;
import java.util.List;

/** How a measured process ended. */
public sealed interface ForkOutcome {

  /**
   * It did its task.
   *
   * @param samples one for each load
   */
  record Finished(List<Sample> samples) implements ForkOutcome {
    public Finished {
      samples = List.copyOf(samples);
    }
  }

  /**
   * It did not.
   *
   * @param why for people, with the end of what it printed
   */
  record Failed(String why) implements ForkOutcome {}
}
