package io.quorate.raft.membership;

/** A change that the configuration it was asked of does not allow. Nothing has changed. */
public final class MembershipException extends Exception {
  private static final long serialVersionUID = 1;

  /** Which rule forbids it. */
  public enum Rule {
    /** One transition at a time: leave this one first. */
    ALREADY_JOINT("a transition is under way (expected: none, leave it first)"),
    /** There is no transition to leave. */
    NOT_JOINT("no transition is under way (expected: one to leave)"),
    /** A transition needs voters to start from. */
    NO_VOTERS_YET("there are no voters (expected: at least one to make a transition from)"),
    /** Nobody could ever win an election again. */
    NO_VOTERS_LEFT("no voter would be left (expected: at least one)"),
    /** Two majorities, of before and after, might not overlap. */
    TOO_MANY_AT_ONCE("more than one voter would change (expected: at most one, or a transition)");

    private final String words;

    Rule(String words) {
      this.words = words;
    }
  }

  private final Rule rule;

  MembershipException(Rule rule, Membership of) {
    super(of + ": " + rule.words);
    this.rule = rule;
  }

  /** The rule that forbids it. */
  public Rule rule() {
    return rule;
  }
}
