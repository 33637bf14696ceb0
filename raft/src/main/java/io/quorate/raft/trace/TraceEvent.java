package io.quorate.raft.trace;

import static java.util.Objects.requireNonNull;

import io.quorate.raft.core.HardState;
import io.quorate.raft.core.Role;
import io.quorate.raft.membership.Membership;
import io.quorate.raft.quorum.NodeIds;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to a node.
 *
 * @param name what
 * @param node which node
 * @param hardState its term and vote then
 * @param commitIndex the last entry it knew to be agreed on
 * @param role its role
 * @param lastIndex the last entry of its log
 * @param membership who belonged to the group, for it
 * @param message the message it is about; null for none
 * @param change of configurations: the voters it leads to; null for other events
 */
public record TraceEvent(
    Name name,
    long node,
    HardState hardState,
    long commitIndex,
    Role role,
    long lastIndex,
    Membership membership,
    @Nullable TracedMessage message,
    @Nullable NodeIds change) {

  /** The names of etcd's raft library, with what they mean here. */
  public enum Name {
    /** A node starts. */
    INIT_STATE("InitState"),
    /** It campaigns. */
    BECOME_CANDIDATE("BecomeCandidate"),
    /** It follows, or waits. */
    BECOME_FOLLOWER("BecomeFollower"),
    /** It leads. */
    BECOME_LEADER("BecomeLeader"),
    /** It knows more to be agreed on. */
    COMMIT("Commit"),
    /** A leader appends an entry. */
    REPLICATE("Replicate"),
    /** A leader appends a configuration. */
    CHANGE_CONF("ChangeConf"),
    /** A configuration is applied; it counted since it was appended. */
    APPLY_CONF_CHANGE("ApplyConfChange"),
    /** Writes have become durable. */
    READY("Ready"),
    /** Entries, a heartbeat or a snapshot leave. */
    SEND_APPEND_ENTRIES_REQUEST("SendAppendEntriesRequest"),
    /** Entries, a heartbeat or a snapshot come. */
    RECEIVE_APPEND_ENTRIES_REQUEST("ReceiveAppendEntriesRequest"),
    /** An answer to one of them leaves. */
    SEND_APPEND_ENTRIES_RESPONSE("SendAppendEntriesResponse"),
    /** An answer to one of them comes. */
    RECEIVE_APPEND_ENTRIES_RESPONSE("ReceiveAppendEntriesResponse"),
    /** A vote is asked for. */
    SEND_REQUEST_VOTE_REQUEST("SendRequestVoteRequest"),
    /** A vote is asked of this node. */
    RECEIVE_REQUEST_VOTE_REQUEST("ReceiveRequestVoteRequest"),
    /** A vote is given, or not. */
    SEND_REQUEST_VOTE_RESPONSE("SendRequestVoteResponse"),
    /** A vote comes, or not. */
    RECEIVE_REQUEST_VOTE_RESPONSE("ReceiveRequestVoteResponse"),
    /** A snapshot is to be sent. */
    SEND_SNAPSHOT("SendSnapshot"),
    /** A snapshot has been received and takes the place of the log. */
    RECEIVE_SNAPSHOT("ReceiveSnapshot");

    private final String text;

    Name(String text) {
      this.text = text;
    }

    /** As the specification has it. */
    public String text() {
      return text;
    }
  }

  public TraceEvent {
    requireNonNull(name, "name");
    requireNonNull(hardState, "hardState");
    requireNonNull(role, "role");
    requireNonNull(membership, "membership");
  }

  /** One line of JSON, without its end, as the specification's reader takes it. */
  public String toJson() {
    StringBuilder json = new StringBuilder(256);
    json.append("{\"tag\":\"trace\",\"event\":{\"name\":\"").append(name.text());
    json.append("\",\"nid\":\"").append(node);
    json.append("\",\"state\":{\"term\":").append(hardState.term());
    json.append(",\"vote\":\"").append(hardState.vote());
    json.append("\",\"commit\":").append(commitIndex);
    json.append("},\"role\":\"").append(state(role));
    json.append("\",\"log\":").append(lastIndex);
    json.append(",\"conf\":[").append(ids(membership.voters()));
    json.append(',').append(ids(membership.outgoing())).append(']');
    if (message != null) {
      json.append(",\"msg\":").append(message.toJson());
    }
    if (change != null) {
      json.append(",\"prop\":{\"cc\":{\"newconf\":").append(ids(change)).append("}}");
    }
    return json.append("}}").toString();
  }

  private static String state(Role role) {
    return switch (role) {
      case FOLLOWER -> "StateFollower";
      case PRE_CANDIDATE -> "StatePreCandidate";
      case CANDIDATE -> "StateCandidate";
      case LEADER -> "StateLeader";
    };
  }

  private static String ids(NodeIds ids) {
    StringJoiner text = new StringJoiner("\",\"", "[\"", "\"]").setEmptyValue("[]");
    for (long id : ids.toArray()) {
      text.add(Long.toUnsignedString(id));
    }
    return text.toString();
  }
}
