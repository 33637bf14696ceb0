package io.quorate.core.telemetry;

import static io.opentelemetry.api.common.AttributeKey.booleanKey;
import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;

import io.opentelemetry.api.common.AttributeKey;

/** The names of attributes; the package description says where each is used. */
public final class TxAttributes {
  /** The transaction. */
  public static final AttributeKey<String> ID = stringKey("quorate.tx.id");

  /** The kind of protocol: {@code saga}, {@code tcc}, {@code twopc}. */
  public static final AttributeKey<String> FAMILY = stringKey("quorate.tx.protocol.family");

  /** The protocol's name within its family. */
  public static final AttributeKey<String> NAME = stringKey("quorate.tx.protocol.name");

  /** The protocol's version. */
  public static final AttributeKey<Long> VERSION = longKey("quorate.tx.protocol.version");

  /** Whether the transaction was taken up from the log. */
  public static final AttributeKey<Boolean> RECOVERED = booleanKey("quorate.tx.recovered");

  /** How a transaction, or this process' part in it, ended. */
  public static final AttributeKey<String> OUTCOME = stringKey("quorate.tx.outcome");

  /** The participant's part. */
  public static final AttributeKey<String> BRANCH = stringKey("quorate.tx.branch");

  /** What the participant was asked. */
  public static final AttributeKey<String> PHASE = stringKey("quorate.tx.phase");

  /** 1 for the first call of a phase. */
  public static final AttributeKey<Long> ATTEMPT = longKey("quorate.tx.attempt");

  /** The coordinator's fencing token. */
  public static final AttributeKey<Long> EPOCH = longKey("quorate.tx.epoch");

  /** What the participant answered. */
  public static final AttributeKey<String> VERDICT = stringKey("quorate.tx.verdict");

  /** Whether an append waited for the disk. */
  public static final AttributeKey<String> FORCE = stringKey("quorate.tx.force");

  /** The semantic conventions' own. */
  public static final AttributeKey<String> ERROR_TYPE = stringKey("error.type");

  private TxAttributes() {}
}
