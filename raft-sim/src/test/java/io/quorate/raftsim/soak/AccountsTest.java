package io.quorate.raftsim.soak;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class AccountsTest {
  private final Findings findings = new Findings(what -> {});
  private final Accounts accounts = new Accounts(findings);

  @Test
  void books_that_balance_have_no_findings() {
    accounts.wrote(1, 1, 11);
    accounts.unknown(1);
    accounts.refused(1, 13);
    accounts.wrote(1, 3, 14);
    accounts.saw(1, 2, 12);
    accounts.settle(1, 3);
    accounts.settle(2, 0);
    assertThat(findings.all()).isEmpty();
    assertThat(accounts.acknowledged()).isEqualTo(2);
  }

  @Test
  void an_acknowledged_write_that_is_gone_is_found() {
    accounts.wrote(1, 1, 11);
    accounts.settle(1, 0);
    assertThat(findings.all()).singleElement().asString().contains("0 is the last");
  }

  @Test
  void two_acknowledged_writes_of_one_version_are_found() {
    accounts.wrote(1, 1, 11);
    accounts.wrote(1, 1, 12);
    assertThat(findings.all())
        .containsExactly(
            "k1: two acknowledged writes made version 1", "k1: version 1 is 11 and 12");
  }

  @Test
  void a_write_that_is_applied_twice_is_found() {
    accounts.wrote(1, 1, 11);
    accounts.settle(1, 2);
    assertThat(findings.all()).singleElement().asString().contains("do not explain");
  }

  @Test
  void a_refused_write_that_is_seen_is_found() {
    accounts.refused(1, 11);
    accounts.unknown(1);
    accounts.saw(1, 1, 11);
    accounts.settle(1, 1);
    assertThat(findings.all()).containsExactly("k1: value 11 was refused, and applied");
  }
}
