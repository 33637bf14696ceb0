package io.quorate.raft.vectors;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.raft.core.CoreConfig;
import io.quorate.raft.core.Input;
import io.quorate.raft.core.Message;
import io.quorate.raft.core.Role;
import io.quorate.raft.core.Status;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.Payload;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.membership.Membership;
import io.quorate.raft.membership.MembershipChange;
import io.quorate.raft.quorum.NodeIds;
import io.quorate.raft.vectors.VectorFile.Case;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs a script of etcd's interaction tests over pure cores.
 *
 * <p>Three things are arranged so that the same script means the same. Terms here are one higher,
 * because a node cannot start in a term before its snapshot's: they are printed one lower. A script
 * without pre-vote gets its campaigns past it by grants that the script makes up. A script without
 * check-quorum sends its requests for votes as those of a transfer, which no leader's protection
 * stops; for pre-votes, time passes there.
 */
final class Script {
  private static final Duration HEARTBEAT = Duration.ofMillis(100);
  private static final int ELECTION_TICKS = 3;
  private static final int ROUNDS_MAX = 10_000;

  /** A message under way. */
  record Sent(long from, long to, Message message) {}

  final Map<Long, ScriptNode> nodes = new TreeMap<>();

  /** All that was let out during the case that is run, in order. */
  final List<Sent> sent = new ArrayList<>();

  private final List<Sent> network = new ArrayList<>();
  private boolean preVote;
  private boolean checkQuorum;
  private boolean async;
  private @Nullable ScriptNode asker;
  private @Nullable Input change;

  /**
   * What a case prints of those that are compared; null for one that prints nothing of that kind.
   */
  List<String> run(Case each) {
    sent.clear();
    List<Long> named = named(each);
    switch (each.command()) {
      case "log-level", "process-apply-thread", "set-randomized-election-timeout" -> {}
      case "add-nodes" -> addNodes(each);
      case "campaign" -> campaign(node(named.getFirst()));
      case "propose" ->
          node(named.getFirst())
              .step(
                  new Input.Propose(
                      ScriptNode.commands(
                          each.arguments().keySet().stream().skip(1).findFirst().orElse(""))));
      case "propose-conf-change" -> {
        asker = node(named.getFirst());
        change = change(each);
        askAgain();
      }
      case "stabilize" -> stabilize(named.isEmpty() ? List.copyOf(nodes.keySet()) : named);
      case "process-ready" -> named.forEach(id -> ready(node(id)));
      case "process-append-thread" -> named.forEach(id -> appendThread(node(id)));
      case "deliver-msgs" -> deliver(each, named);
      case "tick-heartbeat" -> node(named.getFirst()).tick(HEARTBEAT.toNanos());
      case "tick-election" -> {
        for (int i = 0; i < ELECTION_TICKS; i++) {
          node(named.getFirst()).tick(HEARTBEAT.toNanos());
        }
      }
      case "compact" -> node(named.get(0)).takeSnapshot(named.get(1));
      case "send-snapshot" -> {
        ScriptNode from = node(named.get(0));
        Status status = from.core.status();
        network.add(
            new Sent(
                from.id,
                named.get(1),
                new Message.InstallSnapshot(
                    status.hardState().term(), from.mark(status.applyIndex()), 0)));
      }
      case "transfer-leadership" ->
          node(Long.parseLong(each.arguments().get("from")))
              .step(new Input.Transfer(Long.parseLong(each.arguments().get("to"))));
      case "report-unreachable" -> node(named.get(0)).stepOnly(new Input.Unreachable(named.get(1)));
      case "raft-log" -> {
        return log(node(named.getFirst()));
      }
      case "raft-state" -> {
        return nodes.values().stream().map(Script::state).toList();
      }
      case "status" -> {
        return status(node(named.getFirst()));
      }
      default -> throw new UnsupportedOperationException(each.command());
    }
    return List.of();
  }

  private ScriptNode node(long id) {
    return nodes.get(id);
  }

  private static List<Long> named(Case each) {
    return each.arguments().keySet().stream()
        .filter(word -> word.matches("\\d+"))
        .map(Long::valueOf)
        .toList();
  }

  private static NodeIds ids(Case each, String argument) {
    return NodeIds.of(each.values(argument).stream().mapToLong(Long::parseLong).toArray());
  }

  private void addNodes(Case each) {
    Map<String, String> arguments = each.arguments();
    preVote |= arguments.containsKey("prevote");
    checkQuorum |= arguments.containsKey("checkquorum");
    async |= arguments.containsKey("async-storage-writes");
    long index = Long.parseLong(arguments.getOrDefault("index", "0"));
    Membership membership = Membership.of(ids(each, "voters"), ids(each, "learners"));
    for (long i = named(each).getFirst(); i > 0; i--) {
      long id = nodes.size() + 1L;
      CoreConfig config =
          CoreConfig.builder(id)
              .heartbeatInterval(HEARTBEAT)
              .electionTimeout(HEARTBEAT.multipliedBy(ELECTION_TICKS))
              .inflightMessagesMax(Integer.parseInt(arguments.getOrDefault("inflight", "256")))
              .retainBytesMax(0)
              .build();
      nodes.put(
          id,
          new ScriptNode(
              config,
              index == 0
                  ? SnapshotMark.beginning(Membership.NONE)
                  : new SnapshotMark(index, 1, membership)));
    }
  }

  private void campaign(ScriptNode node) {
    int before = node.outbox.size();
    node.step(new Input.Campaign());
    if (preVote || node.core.status().role() != Role.PRE_CANDIDATE) {
      return;
    }
    node.outbox.subList(before, node.outbox.size()).clear();
    long term = node.core.status().hardState().term() + 1;
    for (long voter : node.core.status().membership().quorum().voters().toArray()) {
      if (voter != node.id && node.core.status().role() == Role.PRE_CANDIDATE) {
        node.step(new Input.Receive(voter, new Message.PreVoteReply(term, true)));
      }
    }
  }

  private static Input change(Case each) {
    List<MembershipChange> changes = new ArrayList<>();
    for (String word : String.join(" ", each.input()).split("\\s+")) {
      if (!word.isEmpty()) {
        long node = Long.parseLong(word.substring(1));
        changes.add(
            switch (word.charAt(0)) {
              case 'v' -> new MembershipChange.AddVoter(node);
              case 'l' -> new MembershipChange.AddLearner(node);
              case 'r' -> new MembershipChange.Remove(node);
              default -> throw new UnsupportedOperationException(word);
            });
      }
    }
    return new Input.ChangeMembership(changes);
  }

  /** A change that comes too early for a new leader is asked for again, as a client would. */
  private boolean askAgain() {
    if (asker == null || change == null) {
      return false;
    }
    long last = asker.core.status().lastIndex();
    asker.notYet = false;
    asker.step(change);
    change = asker.notYet ? change : null;
    return asker.core.status().lastIndex() > last;
  }

  /** Async: what rests on the writes alone leaves with them, what the core does next does not. */
  private boolean appendThread(ScriptNode node) {
    int before = node.outbox.size();
    boolean done = node.appendThread();
    for (ScriptNode.Outgoing out : List.copyOf(node.outbox.subList(before, node.outbox.size()))) {
      if (out.message() instanceof Message.AppendAck
          || out.message() instanceof Message.VoteReply) {
        node.outbox.remove(out);
        network.add(new Sent(node.id, out.to(), out.message()));
      }
    }
    return done;
  }

  private boolean ready(ScriptNode node) {
    if (!node.hasReady()) {
      return false;
    }
    // Here a candidate asks once its own vote is durable, there it asks at once.
    boolean durably = !async || node.core.status().role() == Role.CANDIDATE;
    for (ScriptNode.Outgoing out : node.ready(durably)) {
      Sent message = new Sent(node.id, out.to(), out.message());
      sent.add(message);
      network.add(message);
    }
    return true;
  }

  private void stabilize(List<Long> wanted) {
    for (int i = 0; i < ROUNDS_MAX; i++) {
      boolean quiet = true;
      for (long id : wanted) {
        quiet &= !ready(node(id));
        quiet &= !askAgain();
      }
      for (long id : wanted) {
        quiet &= !deliverTo(id, "");
      }
      for (long id : wanted) {
        while (appendThread(node(id))) {
          quiet = false;
        }
      }
      if (quiet) {
        return;
      }
    }
    throw new AssertionError("never quiet: " + network);
  }

  private void deliver(Case each, List<Long> named) {
    for (String lost :
        each.arguments().getOrDefault("drop", "").replaceAll("[()]", "").split(",")) {
      if (!lost.isBlank()) {
        network.removeIf(message -> message.to() == Long.parseLong(lost));
      }
    }
    String type = each.arguments().getOrDefault("type", "");
    named.forEach(id -> deliverTo(id, type));
  }

  private boolean deliverTo(long id, String type) {
    List<Sent> due =
        network.stream()
            .filter(each -> each.to() == id)
            .filter(each -> type.isEmpty() || each.message() instanceof Message.Append)
            .toList();
    network.removeAll(due);
    for (Sent each : due) {
      if (nodes.containsKey(id)) {
        if (each.message() instanceof Message.PreVote && !checkQuorum) {
          node(id).pass(ELECTION_TICKS * HEARTBEAT.toNanos());
        }
        node(id).step(new Input.Receive(each.from(), unprotected(each.message())));
      }
    }
    return !due.isEmpty();
  }

  private Message unprotected(Message message) {
    return message instanceof Message.RequestVote ask && !checkQuorum
        ? new Message.RequestVote(ask.term(), ask.lastIndex(), ask.lastTerm(), true)
        : message;
  }

  /** The term as etcd counts it; 1 is that of what a script begins with as well. */
  static long term(long term) {
    return Math.max(1, term - 1);
  }

  static String text(EntryBatch batch) {
    return term(batch.term())
        + "/"
        + batch.firstIndex()
        + switch (batch.payload()) {
          case Payload.Commands commands ->
              " EntryNormal \"" + UTF_8.decode(commands.bytes().duplicate()) + "\"";
          case Payload.NewTerm start -> " EntryNormal \"\"";
          case Payload.Configuration configuration -> " EntryConfChange";
        };
  }

  private static List<String> log(ScriptNode node) {
    Status status = node.core.status();
    return node.stable.isEmpty()
        ? List.of(
            "log is empty: first index=%d, last index=%d"
                .formatted(status.baseIndex() + 1, status.lastIndex()))
        : node.stable.stream().map(Script::text).toList();
  }

  private static String state(ScriptNode node) {
    Status status = node.core.status();
    String role =
        switch (status.role()) {
          case FOLLOWER -> "StateFollower";
          case PRE_CANDIDATE -> "StatePreCandidate";
          case CANDIDATE -> "StateCandidate";
          case LEADER -> "StateLeader";
        };
    boolean voter = status.membership().quorum().voters().contains(node.id);
    return "%d: %s (%s) Term:%d Lead:%d"
        .formatted(
            node.id,
            role,
            voter ? "Voter" : "Non-Voter",
            status.hardState().term() - 1,
            status.leader());
  }

  private static List<String> status(ScriptNode node) {
    Status status = node.core.status();
    Map<Long, String> lines = new TreeMap<>();
    if (status.role() == Role.LEADER) {
      lines.put(
          node.id,
          "%d: StateReplicate match=%d next=%d"
              .formatted(node.id, status.durableIndex(), status.durableIndex() + 1));
    }
    for (Status.Follower each : status.followers()) {
      String state =
          switch (each.state()) {
            case PROBE -> "StateProbe";
            case REPLICATE -> "StateReplicate";
            case SNAPSHOT -> "StateSnapshot";
          };
      lines.put(
          each.node(),
          "%d: %s match=%d%s%s%s"
              .formatted(
                  each.node(),
                  state,
                  each.match(),
                  state.equals("StateSnapshot") ? "" : " next=" + each.next(),
                  status.membership().isLearner(each.node()) ? " learner" : "",
                  each.paused() ? " paused" : ""));
    }
    return List.copyOf(lines.values());
  }
}
