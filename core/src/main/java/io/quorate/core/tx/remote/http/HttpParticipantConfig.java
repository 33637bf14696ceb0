package io.quorate.core.tx.remote.http;

import io.quorate.core.tx.Phase;
import io.quorate.core.tx.remote.TraceHeaders;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/** What {@link HttpParticipantBuilder} has checked. */
record HttpParticipantConfig(
    Map<Phase, URI> targets,
    Duration timeout,
    int responseBytesMax,
    String contentType,
    Map<String, Supplier<String>> headers,
    TraceHeaders trace) {
  HttpParticipantConfig {
    targets = Map.copyOf(targets);
    headers = Map.copyOf(headers);
  }

  URI target(Phase phase) {
    URI target = targets.get(phase);
    if (target == null) {
      throw new IllegalStateException("no target for " + phase);
    }
    return target;
  }
}
