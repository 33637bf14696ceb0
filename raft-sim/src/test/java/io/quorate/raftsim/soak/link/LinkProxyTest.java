package io.quorate.raftsim.soak.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LinkProxyTest {
  /** How long a stalled link is listened to in vain: a lie is quicker. */
  private static final int SILENT_MILLIS = 200;

  private ServerSocket target;
  private LinkProxy link;

  @BeforeEach
  void open() throws IOException {
    target = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    link = new LinkProxy();
    link.target(target.getLocalPort());
  }

  @AfterEach
  void close() throws IOException {
    link.close();
    target.close();
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), link.port());
  }

  private static boolean isEnded(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException e) {
      return true; // Reset, which is an end too.
    }
  }

  private void requireOpen() throws IOException {
    try (Socket near = connect();
        Socket far = target.accept()) {
      near.getOutputStream().write(1);
      assertThat(far.getInputStream().read()).isEqualTo(1);
      far.getOutputStream().write(2);
      assertThat(near.getInputStream().read()).isEqualTo(2);
    }
  }

  @Test
  void an_open_link_forwards_both_ways() throws IOException {
    requireOpen();
  }

  @Test
  void when_one_end_closes_so_does_the_other() throws IOException {
    try (Socket near = connect();
        Socket far = target.accept()) {
      far.close();
      assertThat(isEnded(near)).isTrue();
    }
  }

  @Test
  void a_cut_link_breaks_connections_and_takes_no_new_ones() throws IOException {
    try (Socket near = connect();
        Socket far = target.accept()) {
      link.set(LinkState.CUT);
      assertThat(isEnded(near)).isTrue();
      assertThat(isEnded(far)).isTrue();
    }
    try (Socket again = connect()) {
      assertThat(isEnded(again)).isTrue();
    }
  }

  @Test
  void a_link_that_is_healed_takes_connections_again() throws IOException {
    link.set(LinkState.CUT);
    link.set(LinkState.OPEN);
    requireOpen();
  }

  @Test
  void a_stalled_link_says_nothing_and_loses_nothing() throws IOException {
    try (Socket near = connect();
        Socket far = target.accept()) {
      link.set(LinkState.STALLED);
      near.getOutputStream().write(1);
      far.setSoTimeout(SILENT_MILLIS);
      assertThatThrownBy(() -> far.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      far.setSoTimeout(0);
      link.set(LinkState.OPEN);
      assertThat(far.getInputStream().read()).isEqualTo(1);
    }
  }

  @Test
  void what_is_stalled_is_lost_when_the_link_is_cut() throws IOException {
    try (Socket near = connect();
        Socket far = target.accept()) {
      link.set(LinkState.STALLED);
      near.getOutputStream().write(1);
      link.set(LinkState.CUT);
      assertThat(isEnded(far)).isTrue();
    }
  }

  @Test
  void a_late_link_forwards_after_its_time_or_when_it_is_late_no_more() throws IOException {
    try (Socket near = connect();
        Socket far = target.accept()) {
      link.set(new LinkState.Late(Duration.ofMillis(1)));
      near.getOutputStream().write(1);
      assertThat(far.getInputStream().read()).isEqualTo(1);
      link.set(new LinkState.Late(Duration.ofDays(1)));
      near.getOutputStream().write(2);
      far.setSoTimeout(SILENT_MILLIS);
      assertThatThrownBy(() -> far.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      far.setSoTimeout(0);
      link.set(LinkState.OPEN);
      assertThat(far.getInputStream().read()).isEqualTo(2);
    }
  }

  @Test
  void a_node_that_comes_back_elsewhere_is_found() throws IOException {
    link.target(0);
    try (Socket near = connect()) {
      assertThat(isEnded(near)).isTrue();
    }
    try (ServerSocket moved = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      link.target(moved.getLocalPort());
      try (Socket near = connect();
          Socket far = moved.accept()) {
        near.getOutputStream().write(1);
        assertThat(far.getInputStream().read()).isEqualTo(1);
      }
    }
  }

  @Test
  void a_link_is_directed() throws IOException {
    try (Links links = new Links(3);
        ServerSocket first = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        ServerSocket second = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      links.target(1, first.getLocalPort());
      links.target(2, second.getLocalPort());
      links.set(1, 2, LinkState.CUT);
      int there = links.ports(1).getOrDefault(2L, 0);
      int back = links.ports(2).getOrDefault(1L, 0);
      try (Socket near = new Socket(InetAddress.getLoopbackAddress(), there)) {
        assertThat(isEnded(near)).isTrue();
      }
      try (Socket near = new Socket(InetAddress.getLoopbackAddress(), back);
          Socket far = first.accept()) {
        near.getOutputStream().write(1);
        assertThat(far.getInputStream().read()).isEqualTo(1);
      }
    }
  }
}
