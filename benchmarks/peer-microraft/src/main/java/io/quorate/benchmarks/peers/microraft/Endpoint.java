package io.quorate.benchmarks.peers.microraft;

import io.microraft.RaftEndpoint;

/**
 * A node by name.
 *
 * @param getId its name
 */
record Endpoint(String getId) implements RaftEndpoint {}
