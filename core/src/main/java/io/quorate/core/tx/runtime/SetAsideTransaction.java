package io.quorate.core.tx.runtime;

import io.quorate.core.tx.TxId;

/**
 * A transaction this process could not take up. It is tried again by itself, later and later; what
 * keeps it from being taken up may need a person.
 *
 * @param tx the transaction
 * @param why what kept it from being taken up the last time
 * @param attempts how often it was tried
 */
public record SetAsideTransaction(TxId tx, String why, int attempts) {}
