package io.quorate.demo;

import io.quorate.demo.database.Databases;
import io.quorate.demo.load.Victim;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the command line asks for.
 *
 * @param orders how many orders, {@value #ORDERS_MIN} to {@value #ORDERS_MAX}
 * @param seed decides the orders and the moments of the kills
 * @param kills who is killed, in this order; may be empty
 * @param jdbcUrl a PostgreSQL server to use instead of an own one
 * @param headless plain lines, whatever the output is
 * @param keep leave the data in place
 * @param help only say what could be asked for
 */
record Options(
    int orders,
    long seed,
    List<Victim> kills,
    Optional<String> jdbcUrl,
    boolean headless,
    boolean keep,
    boolean help) {

  static final int ORDERS_MIN = 1;
  static final int ORDERS_MAX = 100_000;

  static final String USAGE =
      """
      usage: ./quorate demo [OPTION...]

        --headless        plain lines, no colours and no progress bar
        --orders N        how many orders are placed, 1..100000 (3000)
        --seed N          decides the orders and the moments of the kills (a new one each time)
        --kill NAMES      who is killed with SIGKILL while at work, in this order:
                          order, stock, payment, shipping (order,payment)
        --no-kill         nobody is killed
        --jdbc-url URL    use this PostgreSQL instead of starting one; the role may create databases
        --keep            leave data and logs in place, and say where
        --help            this text

      Ends with 0 if every invariant holds, 1 if one does not or the demo cannot run, 2 for a wrong
      option.\
      """;

  /** Where the command line goes against the rules; the message is for the one who typed it. */
  static final class Wrong extends Exception {
    private static final long serialVersionUID = 1;

    private Wrong(String message) {
      super(message);
    }
  }

  Options {
    kills = List.copyOf(kills);
  }

  /**
   * Reads the command line.
   *
   * @param newSeed the seed where none is asked for
   */
  static Options parse(String[] args, long newSeed) throws Wrong {
    int orders = 3_000;
    long seed = newSeed;
    List<Victim> kills = List.of(Victim.ORDER, Victim.PAYMENT);
    Optional<String> jdbcUrl = Optional.empty();
    boolean headless = false;
    boolean keep = false;
    boolean help = false;
    Iterator<String> words = Arrays.asList(args).iterator();
    while (words.hasNext()) {
      String option = words.next();
      switch (option) {
        case "--orders" -> orders = (int) number(option, words, ORDERS_MIN, ORDERS_MAX);
        case "--seed" -> seed = number(option, words, Long.MIN_VALUE, Long.MAX_VALUE);
        case "--kill" -> kills = victims(value(option, words));
        case "--no-kill" -> kills = List.of();
        case "--jdbc-url" -> jdbcUrl = Optional.of(url(value(option, words)));
        case "--headless" -> headless = true;
        case "--keep" -> keep = true;
        case "--help", "-h" -> help = true;
        default -> throw new Wrong(option + ": unknown (expected: an option of --help)");
      }
    }
    return new Options(orders, seed, kills, jdbcUrl, headless, keep, help);
  }

  private static String value(String option, Iterator<String> words) throws Wrong {
    if (!words.hasNext()) {
      throw new Wrong(option + ": nothing follows (expected: a value)");
    }
    return words.next();
  }

  private static long number(String option, Iterator<String> words, long min, long max)
      throws Wrong {
    String value = value(option, words);
    try {
      long number = Long.parseLong(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException none) {
      // Said below, as for one out of bounds.
    }
    throw new Wrong("%s: %s (expected: a whole number, %d..%d)".formatted(option, value, min, max));
  }

  private static List<Victim> victims(String value) throws Wrong {
    List<Victim> victims = new ArrayList<>();
    for (String name : value.split(",", -1)) {
      victims.add(
          Arrays.stream(Victim.values())
              .filter(victim -> victim.lowerName().equals(name.toLowerCase(Locale.ROOT)))
              .findAny()
              .orElseThrow(
                  () ->
                      new Wrong(
                          "--kill: \"%s\" (expected: order, stock, payment or shipping, with"
                                  .formatted(name)
                              + " commas between)")));
    }
    return victims;
  }

  private static String url(String value) throws Wrong {
    if (!Databases.isSupported(value)) {
      throw new Wrong(
          "--jdbc-url: %s (expected: jdbc:postgresql://host[:port]/database?user=…&password=…)"
              .formatted(value.replaceAll("\\?.*", "?…")));
    }
    return value;
  }
}
