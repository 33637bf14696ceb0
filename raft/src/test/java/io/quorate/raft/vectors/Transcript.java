package io.quorate.raft.vectors;

import io.quorate.raft.core.Message;
import io.quorate.raft.vectors.VectorFile.Case;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a case of an interaction script says happened: of each node the last hard state and the last
 * entries applied, and the messages it let out, all in words that both sides can be put into.
 */
final class Transcript {
  private static final Pattern HANDLING = Pattern.compile("> (\\d+) handling Ready");
  private static final Pattern HARD_STATE =
      Pattern.compile("\\s*HardState Term:(\\d+)(?: Vote:(\\d+))? Commit:(\\d+).*");
  private static final Pattern ENTRY = Pattern.compile("\\s*(\\d+)/(\\d+) Entry(.*)");
  private static final Pattern MESSAGE =
      Pattern.compile("\\s*(\\d+)->(\\d+) Msg(\\w+) Term:(\\d+) Log:(\\d+)/(\\d+)(.*)");

  /** By node, as {@code term 1 vote 1 commit 3}. */
  final Map<Long, String> hardStates = new TreeMap<>();

  /** By node, the last entry that it applied. */
  final Map<Long, String> applied = new TreeMap<>();

  /** In order, of those kinds that both sides have. */
  final List<String> messages = new ArrayList<>();

  private Transcript() {}

  static Transcript of(Case each) {
    Transcript transcript = new Transcript();
    long node = each.command().equals("process-ready") ? lastNumber(each) : 0;
    boolean committed = false;
    boolean sending = false;
    for (int i = 0; i < each.expected().size(); i++) {
      String line = each.expected().get(i);
      Matcher handling = HANDLING.matcher(line);
      Matcher hard = HARD_STATE.matcher(line);
      Matcher entry = ENTRY.matcher(line);
      Matcher message = MESSAGE.matcher(line);
      if (handling.matches()) {
        node = Long.parseLong(handling.group(1));
      } else if (hard.matches()) {
        transcript.hardStates.put(node, hardState(hard));
      } else if (entry.matches() && committed) {
        transcript.applied.put(node, plain(line.strip()));
      } else if (message.matches() && sending) {
        int end = i;
        while (line.endsWith("Entries:[") && !each.expected().get(end).strip().equals("]")) {
          end++;
        }
        String last = end > i ? each.expected().get(end - 1) : line;
        String text = message(message, last);
        if (text != null) {
          transcript.messages.add(text);
        }
        i = end;
        continue;
      }
      committed = entry.matches() ? committed : line.strip().equals("CommittedEntries:");
      sending = !message.matches() ? line.strip().equals("Messages:") : sending;
    }
    return transcript;
  }

  private static long lastNumber(Case each) {
    return each.arguments().keySet().stream()
        .filter(word -> word.matches("\\d+"))
        .mapToLong(Long::parseLong)
        .max()
        .orElse(0);
  }

  private static String hardState(Matcher hard) {
    return "term %s vote %s commit %s"
        .formatted(hard.group(1), hard.group(2) == null ? "0" : hard.group(2), hard.group(3));
  }

  /** A line of a log, a state or a status without what only one side has. */
  static String plain(String line) {
    return line.replaceAll(" inactive| inflight=\\S+| pendingSnap=\\S+", "")
        .replaceAll("(StateSnapshot match=\\d+) next=\\d+", "$1")
        .replaceAll("EntryConfChange.*", "EntryConfChange");
  }

  private static @Nullable String message(Matcher m, String last) {
    String pair = m.group(1) + "->" + m.group(2) + " ";
    String rest = m.group(7);
    boolean rejected = rest.contains("Rejected");
    return switch (m.group(3)) {
      case "App" -> {
        long end = Long.parseLong(m.group(6));
        if (rest.contains("Entries:[")) {
          Matcher entries = Pattern.compile("(\\d+)/(\\d+) Entry").matcher(last);
          while (entries.find()) {
            end = Long.parseLong(entries.group(2));
          }
        }
        String commit = rest.replaceAll(".*Commit:(\\d+).*", "$1");
        yield pair
            + "entries behind %s/%s to %d commit %s".formatted(m.group(5), m.group(6), end, commit);
      }
      case "AppResp" ->
          pair
              + (rejected
                  ? "refused %s hint %s"
                      .formatted(m.group(6), rest.replaceAll(".*Hint: (\\d+).*", "$1"))
                  : "has " + m.group(6));
      case "Vote" -> pair + "vote %s/%s in %s".formatted(m.group(5), m.group(6), m.group(4));
      case "PreVote" -> pair + "pre-vote %s/%s in %s".formatted(m.group(5), m.group(6), m.group(4));
      case "VoteResp" -> pair + (rejected ? "no vote" : "votes");
      case "PreVoteResp" -> pair + (rejected ? "no pre-vote" : "pre-votes");
      case "Snap" -> pair + "snapshot";
      default -> null;
    };
  }

  /** A message of a core, in the same words; null for a kind that is not compared. */
  static @Nullable String message(Script.Sent sent) {
    String pair = sent.from() + "->" + sent.to() + " ";
    return switch (sent.message()) {
      case Message.Append m ->
          pair
              + "entries behind %d/%d to %d commit %d"
                  .formatted(
                      Script.term(m.previousTerm()),
                      m.previousIndex(),
                      m.lastIndex(),
                      m.commitIndex());
      case Message.AppendAck m -> pair + "has " + m.matchIndex();
      case Message.AppendReject m ->
          pair + "refused %d hint %d".formatted(m.previousIndex(), m.hintIndex());
      case Message.RequestVote m -> pair + asked("vote", m.lastTerm(), m.lastIndex(), m.term());
      case Message.PreVote m -> pair + asked("pre-vote", m.lastTerm(), m.lastIndex(), m.term());
      case Message.VoteReply m -> pair + (m.granted() ? "votes" : "no vote");
      case Message.PreVoteReply m -> pair + (m.granted() ? "pre-votes" : "no pre-vote");
      case Message.InstallSnapshot m -> pair + "snapshot";
      default -> null;
    };
  }

  private static String asked(String what, long lastTerm, long lastIndex, long term) {
    return "%s %d/%d in %d".formatted(what, Script.term(lastTerm), lastIndex, term - 1);
  }
}
