package io.quorate.core.tx.runtime;

import io.quorate.core.tx.Epoch;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;

/**
 * The owner's name where none is given: {@code pid@host#} and eight hexadecimal digits drawn once
 * for each JVM. Process and host tell a person where to look; the digits tell two containers apart
 * that have the same process id and, on a shared network, the same host name. Two owners of one
 * name would take the log from each other at once.
 */
final class DefaultOwner {
  private static final int DIGITS = 8;

  private DefaultOwner() {}

  static String ofThisJvm() {
    return of(ProcessHandle.current().pid(), host(), new SecureRandom().nextInt());
  }

  /** The name made of these; any host name becomes printable ASCII and is cut to what fits. */
  static String of(long pid, String host, int drawn) {
    String process = pid + "@";
    String digits = String.format("#%0" + DIGITS + "x", drawn);
    int room = Epoch.OWNER_LENGTH_MAX - process.length() - digits.length();
    StringBuilder printable = new StringBuilder(Math.min(room, host.length()));
    for (int i = 0; i < host.length() && printable.length() < room; i++) {
      char c = host.charAt(i);
      printable.append(c <= ' ' || c > '~' ? '-' : c);
    }
    return process + (printable.isEmpty() ? "localhost" : printable) + digits;
  }

  private static String host() {
    // The environment first: looking a name up may wait for a name server.
    for (String variable : new String[] {"HOSTNAME", "COMPUTERNAME"}) {
      String named = System.getenv(variable);
      if (named != null && !named.isBlank()) {
        return named.strip();
      }
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "";
    }
  }
}
