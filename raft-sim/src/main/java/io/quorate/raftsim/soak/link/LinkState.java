package io.quorate.raftsim.soak.link;

import java.time.Duration;

/** What a link does to what is sent on it. */
public sealed interface LinkState {
  /** It forwards. */
  LinkState OPEN = new Open();

  /** It takes connections, and reads nothing: a peer that is not heard of, and no error. */
  LinkState STALLED = new Stalled();

  /** It breaks connections and refuses new ones. */
  LinkState CUT = new Cut();

  /** See {@link #OPEN}. */
  record Open() implements LinkState {}

  /**
   * It forwards later, each piece in turn.
   *
   * @param by how much at least
   */
  record Late(Duration by) implements LinkState {}

  /** See {@link #STALLED}. */
  record Stalled() implements LinkState {}

  /** See {@link #CUT}. */
  record Cut() implements LinkState {}
}
