package io.quorate.core.tx.remote.grpc;

import io.grpc.Metadata;
import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.remote.MalformedHeaderException;
import io.quorate.core.tx.remote.TxHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The headers of {@link TxHeaders} as gRPC metadata, and the trailers that are answers. */
final class TxMetadata {

  /** Trailer of a refusal; its value says nothing, the reason is the status' description. */
  static final Metadata.Key<String> REFUSED = key("tx-refused");

  /** Trailer of a conflict; its value says nothing, the fact is the status' description. */
  static final Metadata.Key<String> CONFLICT = key("tx-conflict");

  /** Trailer of a participant still at work; its value is when to ask again, in milliseconds. */
  static final Metadata.Key<String> ONGOING = key("tx-ongoing");

  private static final Map<String, Metadata.Key<String>> KEYS =
      TxHeaders.NAMES.stream().collect(Collectors.toMap(Function.identity(), TxMetadata::key));

  private TxMetadata() {}

  /** A key of ASCII text; names are the same in every case. */
  static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  static void write(BranchRef ref, Metadata headers) {
    TxHeaders.render(ref)
        .forEach(
            (name, value) -> {
              Metadata.Key<String> key = keyOf(name);
              headers.discardAll(key);
              headers.put(key, value);
            });
  }

  /** Whether a call says that it belongs to a transaction, rightly or not. */
  static boolean namesBranch(Metadata headers) {
    return TxHeaders.NAMES.stream()
        .filter(name -> !name.equals(TxHeaders.IDEMPOTENCY_KEY))
        .anyMatch(name -> headers.containsKey(keyOf(name)));
  }

  static BranchRef read(Metadata headers) throws MalformedHeaderException {
    return TxHeaders.parse(
        name -> {
          Iterable<String> values = headers.getAll(keyOf(name));
          List<String> all = new ArrayList<>();
          if (values != null) {
            values.forEach(all::add);
          }
          return all;
        });
  }

  private static Metadata.Key<String> keyOf(String name) {
    Metadata.Key<String> key = KEYS.get(name);
    if (key == null) {
      throw new IllegalStateException("no key for " + name);
    }
    return key;
  }
}
