package io.quorate.benchmarks.peers.microraft;

import io.microraft.RaftEndpoint;
import io.microraft.model.log.BaseLogEntry;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.persistence.RaftEndpointPersistentState;
import io.microraft.model.persistence.RaftTermPersistentState;
import io.microraft.persistence.RaftStoreSerializer;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;

/**
 * Turns what a node keeps into bytes: all fields, in a fixed order. Nothing is read back, because
 * no group is restarted while it is measured.
 */
final class EntryBytes implements RaftStoreSerializer {

  private interface Fields<T> {
    void write(T value, DataOutputStream out) throws IOException;
  }

  private record WriteOnly<T>(Fields<T> fields) implements Serializer<T> {
    @Override
    public byte[] serialize(T value) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try {
        fields.write(value, new DataOutputStream(bytes));
      } catch (IOException impossible) {
        throw new UncheckedIOException(impossible);
      }
      return bytes.toByteArray();
    }

    @Override
    public T deserialize(byte[] bytes) {
      throw new UnsupportedOperationException("a measured group is never restarted");
    }
  }

  @Override
  public Serializer<RaftGroupMembersView> raftGroupMembersViewSerializer() {
    return new WriteOnly<>(EntryBytes::writeMembers);
  }

  @Override
  public Serializer<RaftEndpoint> raftEndpointSerializer() {
    return new WriteOnly<>((endpoint, out) -> out.writeUTF(endpoint.getId().toString()));
  }

  @Override
  public Serializer<LogEntry> logEntrySerializer() {
    return new WriteOnly<>(EntryBytes::writeEntry);
  }

  @Override
  public Serializer<SnapshotChunk> snapshotChunkSerializer() {
    return new WriteOnly<>(
        (chunk, out) -> {
          writeEntry(chunk, out);
          out.writeInt(chunk.getSnapshotChunkIndex());
          out.writeInt(chunk.getSnapshotChunkCount());
          writeMembers(chunk.getGroupMembersView(), out);
        });
  }

  @Override
  public Serializer<RaftEndpointPersistentState> raftEndpointPersistentStateSerializer() {
    return new WriteOnly<>(
        (state, out) -> {
          out.writeUTF(state.getLocalEndpoint().getId().toString());
          out.writeBoolean(state.isVoting());
        });
  }

  @Override
  public Serializer<RaftTermPersistentState> raftTermPersistentState() {
    return new WriteOnly<>(
        (state, out) -> {
          out.writeInt(state.getTerm());
          out.writeUTF(String.valueOf(state.getVotedFor()));
        });
  }

  private static void writeEntry(BaseLogEntry entry, DataOutputStream out) throws IOException {
    out.writeLong(entry.getIndex());
    out.writeInt(entry.getTerm());
    if (entry.getOperation() instanceof byte[] payload) {
      out.writeInt(payload.length);
      out.write(payload);
    } else {
      out.writeUTF(String.valueOf(entry.getOperation()));
    }
  }

  private static void writeMembers(RaftGroupMembersView members, DataOutputStream out)
      throws IOException {
    out.writeLong(members.getLogIndex());
    writeEndpoints(members.getMembers(), out);
    writeEndpoints(members.getVotingMembers(), out);
  }

  private static void writeEndpoints(Collection<RaftEndpoint> endpoints, DataOutputStream out)
      throws IOException {
    out.writeInt(endpoints.size());
    for (RaftEndpoint endpoint : endpoints) {
      out.writeUTF(endpoint.getId().toString());
    }
  }
}
